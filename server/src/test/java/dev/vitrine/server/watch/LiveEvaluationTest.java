package dev.vitrine.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.server.watch.Evaluation.Answers;
import dev.vitrine.server.watch.Evaluation.Change;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A simulated shop after a release: as before, or changed in one way that has to be named. */
class LiveEvaluationTest {
    private static final UnaryOperator<Event> AS_BEFORE = event -> event;
    private static final double RELEASE = .8;
    private static final double NOW = .9;

    @TempDir private Path folder;

    private static String told(Evaluation found) {
        return found.verdict()
                + " "
                + found.drift().features().stream()
                        .map(f ->
                                String.format(
                                        Locale.ROOT,
                                        "%n%s %s n=%d/%d psi=%s ks=%s energy=%s p=%s %s",
                                        f.name(),
                                        f.state(),
                                        f.peopleBefore(),
                                        f.peopleNow(),
                                        f.psi(),
                                        f.ks(),
                                        f.energy(),
                                        f.pValue(),
                                        f.words()))
                        .collect(Collectors.joining());
    }

    private static Set<String> named(Evaluation found, Change least) {
        return found.drift().features().stream()
                .filter(feature -> feature.state().compareTo(least) >= 0)
                .map(Evaluation.Feature::name)
                .collect(Collectors.toSet());
    }

    /** Evaluates a release after which behaviour is changed. */
    private Evaluation after(long seed, UnaryOperator<Event> change) {
        try (WatchedShop watched = new WatchedShop(folder.resolve("home" + seed), seed, 60_000)) {
            watched.until(RELEASE, AS_BEFORE);
            long data = watched.offset();
            watched.add(
                    Product.builder("lantern")
                            .title("Paper lantern")
                            .brand("Lumen")
                            .categories(List.of(List.of("Lanterns")))
                            .price(20)
                            .build());
            Judged.Made made = watched.made(data);
            watched.until(NOW, change);
            return watched.evaluate(watched.new Together(data), data, made);
        }
    }

    @Test
    void whereNothingChangedNothingIsTold() {
        int alarms = 0;
        for (long seed = 1; seed <= 5; seed++) {
            Evaluation found = after(seed, AS_BEFORE);
            assertThat(found.verdict().state()).as(told(found)).isEqualTo(Answers.AS_GOOD);
            assertThat(named(found, Change.STRONG)).as(told(found)).isEmpty();
            alarms += named(found, Change.SOME).size();
            assertThat(found.questions()).isGreaterThan(Judged.FEWEST);
        }
        assertThat(alarms).as("of 5 times 16 features").isLessThanOrEqualTo(2);
    }

    @Test
    void pricesThatDoubledAreNamedAndNothingElse() {
        Evaluation found =
                after(
                        11,
                        event ->
                                WatchedShop.like(
                                        event,
                                        event.type(),
                                        event.visitorId(),
                                        event.userId(),
                                        event.products().stream()
                                                .map(p ->
                                                        new ProductDetail(
                                                                p.id(),
                                                                p.quantity(),
                                                                2 * p.price()))
                                                .toList()));

        assertThat(named(found, Change.STRONG)).as(told(found)).containsExactly("price");
        assertThat(found.drift().words()).startsWith("prices of what they turn to: half was below");
    }

    @Test
    void aNewCategoryThatIsPopularIsNamed() {
        Evaluation found =
                after(
                        12,
                        event ->
                                event.products().isEmpty() || event.time() % 2 == 0
                                        ? event
                                        : WatchedShop.like(
                                                event,
                                                event.type(),
                                                event.visitorId(),
                                                event.userId(),
                                                List.of(new ProductDetail("lantern", 1, 20))));

        assertThat(named(found, Change.STRONG))
                .as(told(found))
                .contains("category", "brand", "newProducts", "content")
                .doesNotContain("eventType", "queryWord", "historyLength");
        assertThat(found.drift().words()).contains("Lanterns was 0.0 %");
        assertThat(found.causes().getFirst().reason()).isEqualTo(CaseFinder.NEW);
    }

    @Test
    void anotherKindOfVisitorIsNamed() {
        Evaluation found =
                after(
                        13,
                        event ->
                                WatchedShop.like(
                                        event,
                                        event.type() == EventType.CLICK
                                                ? EventType.DETAIL_PAGE_VIEW
                                                : event.type(),
                                        event.time() % 4 == 0
                                                ? event.visitorId()
                                                : "stranger" + event.visitorId().hashCode() % 1_000,
                                        "",
                                        event.products()));

        assertThat(named(found, Change.STRONG))
                .as(told(found))
                .contains("newVisitors", "historyLength")
                .doesNotContain("price", "brand");
    }

    @Test
    void answersThatAreWorseAreTold() {
        try (WatchedShop watched = new WatchedShop(folder.resolve("worse"), 14, 60_000)) {
            watched.until(RELEASE, AS_BEFORE);
            long data = watched.offset();
            Judged.Made made = watched.made(data);
            watched.until(NOW, AS_BEFORE);
            Respondent good = watched.new Together(data);
            Evaluation found = watched.evaluate(WatchedShop.shuffled(good), data, made);

            assertThat(found.verdict().state()).isEqualTo(Answers.WORSE);
            assertThat(found.verdict().words()).contains("when the release was made");
            assertThat(found.cases()).hasSizeBetween(10, CaseFinder.CASES);
            assertThat(found.cases().getFirst().place()).isZero();
            assertThat(found.cases().getFirst().history()).isNotEmpty();
            assertThat(found.cases().getFirst().taken().getFirst().reason()).isNotEmpty();
            assertThat(
                            watched.evaluate(WatchedShop.shuffled(good), data, Judged.Made.UNKNOWN)
                                    .verdict()
                                    .state())
                    .isEqualTo(Answers.NOT_BETTER_THAN_POPULARITY);
            assertThat(watched.evaluate(good, data, Judged.Made.UNKNOWN).verdict().state())
                    .isEqualTo(Answers.BETTER_THAN_POPULARITY);
        }
    }

    @Test
    void ofTooFewEventsNothingIsSaid() {
        try (WatchedShop watched = new WatchedShop(folder.resolve("few"), 15, 60_000)) {
            watched.until(RELEASE, AS_BEFORE);
            long data = watched.offset();
            watched.until(RELEASE + .001, AS_BEFORE);
            Evaluation found =
                    watched.evaluate(watched.new Together(data), data, Judged.Made.UNKNOWN);

            assertThat(found.verdict().state()).isEqualTo(Answers.TOO_FEW_QUESTIONS);
            assertThat(found.verdict().words())
                    .contains("there are " + found.questions() + " people", "it takes 50");
            assertThat(found.drift().state()).isEqualTo(Change.TOO_FEW);
        }
    }

    @Test
    void nothingOfAPersonIsKept() {
        Set<String> ids = new HashSet<>();
        Evaluation found =
                after(
                        16,
                        event -> {
                            ids.add(event.visitorId());
                            ids.add(event.userId());
                            ids.add(event.eventId());
                            ids.add(event.sessionId());
                            return event;
                        });
        ids.remove("");
        String written = JsonMapper.shared().writeValueAsString(found);

        assertThat(found.cases()).isNotEmpty();
        assertThat(ids).hasSizeGreaterThan(1_000);
        assertThat(ids).noneMatch(id -> written.contains('"' + id + '"'));
    }

    @Test
    void theNewestStretchIsATenthOrWhatCameSince() {
        assertThat(LiveEvaluation.stretches(0, 1_000, 1_040)).hasValue(new long[] {960, 1_000});
        assertThat(LiveEvaluation.stretches(0, 1_000, 1_500)).hasValue(new long[] {900, 1_400});
        assertThat(LiveEvaluation.stretches(950, 1_000, 1_500)).hasValue(new long[] {950, 1_400});
        assertThat(LiveEvaluation.stretches(0, 1_000, 1_000)).isEmpty();
        assertThat(LiveEvaluation.stretches(0, 0, 1_000)).isEmpty();
    }
}
