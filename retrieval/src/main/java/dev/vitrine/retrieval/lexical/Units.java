package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.lexical.Word.Atom;
import dev.vitrine.retrieval.lexical.Word.Kind;
import java.util.Map;

/** Units that follow numbers in product texts, so that "500 GB" and "500gb" are one term. */
final class Units {
    private static final Map<String, String> CANONICAL =
            Map.ofEntries(
                    unit("gb", "gb"),
                    unit("gigabyte", "gb"),
                    unit("mb", "mb"),
                    unit("megabyte", "mb"),
                    unit("tb", "tb"),
                    unit("terabyte", "tb"),
                    unit("kg", "kg"),
                    unit("g", "g"),
                    unit("gram", "g"),
                    unit("grams", "g"),
                    unit("lb", "lb"),
                    unit("lbs", "lb"),
                    unit("oz", "oz"),
                    unit("l", "l"),
                    unit("liter", "l"),
                    unit("litre", "l"),
                    unit("ml", "ml"),
                    unit("cl", "cl"),
                    unit("m", "m"),
                    unit("meter", "m"),
                    unit("meters", "m"),
                    unit("metre", "m"),
                    unit("metres", "m"),
                    unit("cm", "cm"),
                    unit("mm", "mm"),
                    unit("in", "in"),
                    unit("inch", "in"),
                    unit("inches", "in"),
                    unit("ft", "ft"),
                    unit("foot", "ft"),
                    unit("feet", "ft"),
                    unit("w", "w"),
                    unit("watt", "w"),
                    unit("watts", "w"),
                    unit("v", "v"),
                    unit("volt", "v"),
                    unit("mah", "mah"),
                    unit("hz", "hz"),
                    unit("mhz", "mhz"),
                    unit("ghz", "ghz"),
                    unit("mp", "mp"),
                    unit("dpi", "dpi"),
                    unit("ppm", "ppm"),
                    unit("gbps", "gbps"),
                    unit("mbps", "mbps"));

    private Units() {}

    private static Map.Entry<String, String> unit(String written, String canonical) {
        return Map.entry(written, canonical);
    }

    /** True when the second is a unit of the first. */
    static boolean measures(Atom number, Atom unit) {
        return number.kind() == Kind.DIGITS && CANONICAL.containsKey(unit.surface());
    }

    /** Number and unit as one term; 2.0 is 2. */
    static String join(Atom number, Atom unit) {
        String digits = number.surface();
        if (digits.indexOf('.') >= 0) {
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            if (digits.charAt(end - 1) == '.') {
                end--;
            }
            digits = digits.substring(0, end);
        }
        return digits + CANONICAL.get(unit.surface());
    }
}
