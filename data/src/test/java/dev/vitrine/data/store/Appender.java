package dev.vitrine.data.store;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Appended;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.event.EventStoreSettings;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A process to be killed: several threads write events, people and products, and each says on one
 * line of standard output what was acknowledged, after it was.
 */
final class Appender {
    private static final int THREADS = 4;

    private Appender() {}

    /** Arguments: the home directory, and a word that makes the names of this life its own. */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        String life = arguments[1];
        Catalog catalog = Catalog.open(home.resolve("catalog"));
        EventStore store =
                EventStore.open(home, EventStoreSettings.DEFAULTS, InstantSource.system());
        PrintStream out = System.out;
        out.println("open " + store.log().endOffset());
        for (int t = 0; t < THREADS; t++) {
            String writer = life + "-" + t;
            Thread.ofPlatform().start(() -> write(store, catalog, writer, out));
        }
    }

    private static void write(EventStore store, Catalog catalog, String writer, PrintStream out) {
        for (int i = 0; ; i++) {
            List<Event> events = new ArrayList<>();
            for (int k = 0; k < 1 + i % 7; k++) {
                String visitor = "visitor-" + writer + "-" + i;
                String item = "item-" + writer + "-" + i;
                events.add(
                        Event.of(
                                EventType.CLICK,
                                visitor,
                                i,
                                List.of(new ProductDetail(item, 1, k))));
            }
            Appended appended = store.append(events);
            long visitor = appended.events().getFirst().visitor();
            out.println(
                    "events "
                            + appended.firstOffset()
                            + " "
                            + events.size()
                            + " "
                            + visitor
                            + " "
                            + events.getFirst().visitorId());
            if (i % 5 == 0) {
                Product product = Product.builder("item-" + writer + "-" + i).price(i).build();
                int number = catalog.upsert(List.of(product)).getFirst().number();
                out.println("product " + number + " " + product.id() + " " + i);
            }
        }
    }
}
