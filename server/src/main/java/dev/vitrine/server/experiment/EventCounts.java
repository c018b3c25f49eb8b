package dev.vitrine.server.experiment;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.deployment.VisitorHash;
import java.util.List;
import java.util.Optional;

/** What an event counts for in the experiments that run. */
final class EventCounts {
    /** A visitor's clock may be that much behind. */
    private static final long SLACK_MILLIS = 60_000;

    private EventCounts() {}

    static void count(
            List<Running> experiments,
            String visitorId,
            LoggedEvent event,
            Optional<AttributionToken> attribution) {
        switch (event.type()) {
            case CLICK, IMPRESSION ->
                    attribution.ifPresent(token -> caused(experiments, event, token));
            case ADD_TO_CART -> count(experiments, visitorId, event, Counted.CARTS, 1);
            case PURCHASE_COMPLETE -> {
                count(experiments, visitorId, event, Counted.ORDERS, 1);
                count(experiments, visitorId, event, Counted.REVENUE, worth(event));
            }
            default -> {
                // says nothing that a metric asks
            }
        }
    }

    private static void caused(
            List<Running> experiments, LoggedEvent event, AttributionToken token) {
        for (String text : token.arm().split(" ", -1)) {
            Optional<Mark> mark = Mark.parse(text);
            for (Running running : mark.isPresent() ? experiments : List.<Running>of()) {
                if (running.id().equals(mark.get().experiment())) {
                    long visitor = mark.get().visitor();
                    boolean click = event.type() == EventType.CLICK;
                    running.visitors()
                            .add(visitor, click ? Counted.CLICKS : Counted.IMPRESSIONS, 1);
                    if (click && mark.get().arm() == Mark.BOTH) {
                        running.visitors().add(visitor, Counted.CREDIT, credit(event, token));
                    }
                }
            }
        }
    }

    private static int credit(LoggedEvent event, AttributionToken token) {
        int credit = 0;
        for (ProductDetail product : event.products()) {
            credit += Teams.credit(token.policy(), product.id());
        }
        return credit;
    }

    private static void count(
            List<Running> experiments,
            String visitorId,
            LoggedEvent event,
            Counted what,
            double by) {
        long visitor = VisitorHash.number(visitorId);
        for (Running running : experiments) {
            long number = running.numbers().bits(visitor);
            int since = running.visitors().since(number);
            long first = running.kept().startedAt() + since * 1000L;
            if (since >= 0 && event.time() >= first - SLACK_MILLIS) {
                running.visitors().add(number, what, by);
            }
        }
    }

    /** What an order came to: as the event says, else by its products. */
    private static double worth(LoggedEvent event) {
        if (Double.isFinite(event.value())) {
            return Math.max(0, event.value());
        }
        double sum = 0;
        for (ProductDetail product : event.products()) {
            double part = product.price() * product.quantity();
            sum += Double.isFinite(part) ? Math.max(0, part) : 0;
        }
        return sum;
    }
}
