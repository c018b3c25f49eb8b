package dev.vitrine.training.relevance;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tartarus.snowball.ext.EnglishStemmer;

/**
 * Cuts titles and search terms into words that can be compared: {@code 4'x8'}, {@code 4 ft. x 8
 * ft.} and {@code 4 foot by 8 feet} become the same words. What was left of HTML is taken out,
 * letters and digits are parted, fractions become decimals, units get one name, and English words
 * their stem (Porter 2). Search in {@code retrieval.lexical} keeps model codes whole, because it
 * looks them up; here a text is held against one other, and parts that agree count. Not
 * thread-safe.
 */
final class WordCutter {
    private static final Pattern TAG = Pattern.compile("<[^>]{0,80}>");
    private static final Pattern RUN_ON = Pattern.compile("(?<=[a-z]{3})(?=[A-Z][a-z]{3})");
    private static final Pattern THOUSANDS = Pattern.compile("(?<=\\d),(?=\\d{3}(?!\\d))");
    private static final Pattern MIXED =
            Pattern.compile("(?<![\\d.])(\\d+)[ -]+(\\d+)\\s?/\\s?(2|3|4|5|8|16|32|64)(?!\\d)");
    private static final Pattern FRACTION =
            Pattern.compile("(?<![\\d./])(\\d+)\\s?/\\s?(2|3|4|5|8|16|32|64)(?![\\d/])");
    private static final Pattern INCHES = Pattern.compile("(?<=\\d)\\s?(\"|'')");
    private static final Pattern FEET = Pattern.compile("(?<=\\d)\\s?'");
    private static final Pattern PIECE =
            Pattern.compile("\\d+(?:\\.\\d+)?|\\.\\d+|[a-z]+|[(),;:]|\\s-\\s");

    private static final Set<String> PASSED_OVER =
            Set.of(
                    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is",
                    "it", "of", "on", "or", "s", "that", "the", "this", "to", "with", "x", "w");

    /** Words after which a text tells of what it names, and no longer names it. */
    private static final Set<String> ENDS_HEAD =
            Set.of("with", "for", "in", "from", "featuring", "without", "that", "to", "w");

    private static final Set<String> DIMENSIONS = Set.of("w", "h", "d", "l", "dia", "od", "id");

    private static final Map<String, String> UNITS = new HashMap<>();

    /** Letters that are units behind a number only. */
    private static final Map<String, String> UNITS_OF_NUMBERS =
            Map.of(
                    "in", "inch", "a", "amp", "v", "volt", "w", "watt", "g", "gram", "l", "liter",
                    "m", "meter", "ga", "gauge", "ton", "ton");

    static {
        unit("inch", "inches", "ins");
        unit("ft", "foot", "feet", "fts");
        unit("yd", "yard", "yards", "yds");
        unit("lb", "lbs", "pound", "pounds");
        unit("oz", "ounce", "ounces");
        unit("gal", "gallon", "gallons", "gals");
        unit("qt", "quart", "quarts");
        unit("pt", "pint", "pints");
        unit("cm");
        unit("mm");
        unit("ml");
        unit("kg");
        unit("amp", "amps", "ampere");
        unit("volt", "volts", "vac");
        unit("watt", "watts");
        unit("kw", "kilowatt");
        unit("gauge");
        unit("btu", "btus");
        unit("hp", "horsepower");
        unit("gpm");
        unit("gpf");
        unit("cfm");
        unit("psi");
        unit("deg", "degree", "degrees");
        unit("mil");
        unit("pack", "packs", "pk", "count", "ct");
        unit("piece", "pieces", "pc", "pcs");
        unit("lumen", "lumens");
        unit("grit");
    }

    private final EnglishStemmer stemmer = new EnglishStemmer();
    private final Map<String, String> stems = new HashMap<>();

    private static void unit(String name, String... written) {
        UNITS.put(name, name);
        for (String each : written) {
            UNITS.put(each, name);
        }
    }

    static boolean isUnit(String word) {
        return word.startsWith("sq") && UNITS.containsKey(word.substring(2))
                || word.startsWith("cu") && UNITS.containsKey(word.substring(2))
                || UNITS.containsKey(word);
    }

    /** The words of a text. */
    Wording cut(String text) {
        List<String> words = new ArrayList<>();
        int head = -1;
        int depth = 0;
        boolean measured = false;
        String area = "";
        String plain = plain(text);
        Matcher pieces = PIECE.matcher(plain);
        while (pieces.find()) {
            String piece = pieces.group();
            char first = piece.charAt(0);
            if (!Character.isLetterOrDigit(first) && first != '.') {
                depth = first == '(' ? depth + 1 : first == ')' ? Math.max(0, depth - 1) : depth;
                head = head < 0 && !words.isEmpty() && first != ')' ? words.size() : head;
                continue;
            }
            if (Character.isDigit(first) || first == '.') {
                words.add(decimal(Double.parseDouble(piece)));
                measured = false;
                area = "";
                continue;
            }
            boolean behind = !words.isEmpty() && Wording.isNumber(words.getLast());
            String unit = behind ? UNITS_OF_NUMBERS.getOrDefault(piece, "") : "";
            unit = unit.isEmpty() ? UNITS.getOrDefault(piece, "") : unit;
            if (!unit.isEmpty()) {
                words.add(area + unit);
                measured = true;
                area = "";
                continue;
            }
            boolean dimension = measured && DIMENSIONS.contains(piece);
            measured = false;
            if (dimension) {
                continue;
            }
            area = area(piece, behind);
            if (!area.isEmpty()) {
                continue;
            }
            boolean apart = pieces.start() == 0 || plain.charAt(pieces.start() - 1) == ' ';
            if (apart && ENDS_HEAD.contains(piece) && head < 0 && !words.isEmpty()) {
                head = words.size();
            }
            if (!PASSED_OVER.contains(piece)) {
                words.add(piece);
            }
        }
        return of(words, head <= 0 ? words.size() : head);
    }

    /** What "sq. ft." and "cubic feet" begin with. */
    private static String area(String piece, boolean behindNumber) {
        return switch (piece) {
            case "sq" -> "sq";
            case "square" -> behindNumber ? "sq" : "";
            case "cu", "cubic" -> "cu";
            default -> "";
        };
    }

    /** Words that are cut already. */
    Wording of(List<String> words, int head) {
        return new Wording(words, words.stream().map(this::stem).toList(), head);
    }

    String stem(String word) {
        return stems.computeIfAbsent(
                word,
                each -> {
                    if (Wording.isNumber(each) || isUnit(each)) {
                        return each;
                    }
                    stemmer.setCurrent(each);
                    stemmer.stem();
                    return stemmer.getCurrent();
                });
    }

    /** In lower case, with decimals, units in words and letters apart from digits. */
    private static String plain(String text) {
        String s = text.length() > 1_000 ? text.substring(0, 1_000) : text;
        s = s.replace("&amp;", "&").replace("&#39;", "'").replace("&quot;", "\"");
        s = s.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
        s = TAG.matcher(s).replaceAll(" ");
        s = RUN_ON.matcher(s).replaceAll(" ");
        // Compatibility forms would turn the sign of a trade mark into the letters TM.
        s = s.replace('\u00ae', ' ').replace('\u2122', ' ').replace('\u00a9', ' ');
        s = Normalizer.normalize(s, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        s = s.replace('\u2019', '\'').replace('\u2032', '\'').replace('\u201d', '"');
        s = s.replace('\u2033', '"').replace("\u2044", "/");
        s = THOUSANDS.matcher(s).replaceAll("");
        s =
                MIXED.matcher(s)
                        .replaceAll(m ->
                                decimal(
                                        Double.parseDouble(m.group(1))
                                                + Double.parseDouble(m.group(2))
                                                        / Double.parseDouble(m.group(3))));
        s =
                FRACTION.matcher(s)
                        .replaceAll(m ->
                                decimal(
                                        Double.parseDouble(m.group(1))
                                                / Double.parseDouble(m.group(2))));
        s = INCHES.matcher(s).replaceAll(" inch ");
        s = FEET.matcher(s).replaceAll(" ft ");
        return s.replace("'", "");
    }

    /** At most four places behind the point, none that says nothing. */
    private static String decimal(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
