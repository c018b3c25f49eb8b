package dev.vitrine.data.catalog;

import java.util.List;

/** The value of a free attribute of a product or an event. */
public sealed interface AttributeValue {
    /** One or more texts. */
    record Text(List<String> values) implements AttributeValue {
        public Text {
            values = List.copyOf(values);
        }
    }

    /** One or more finite numbers. */
    record Numeric(List<Double> values) implements AttributeValue {
        public Numeric {
            values = List.copyOf(values);
        }
    }

    /** A yes or no. */
    record Flag(boolean value) implements AttributeValue {}
}
