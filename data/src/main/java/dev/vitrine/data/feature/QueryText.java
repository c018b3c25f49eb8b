package dev.vitrine.data.feature;

/** The form in which queries are remembered. */
final class QueryText {
    private QueryText() {}

    /** Lower case, single spaces, none at the ends, at most {@link Shopper.Searches#MAX_LENGTH}. */
    static String normalise(String query) {
        StringBuilder out = new StringBuilder(Math.min(query.length(), 64));
        boolean gap = false;
        for (int i = 0; i < query.length(); i++) {
            char c = query.charAt(i);
            if (Character.isWhitespace(c) || Character.isISOControl(c)) {
                gap = !out.isEmpty();
                continue;
            }
            int needed = (gap ? 2 : 1) + (Character.isHighSurrogate(c) ? 1 : 0);
            if (out.length() + needed > Shopper.Searches.MAX_LENGTH) {
                break;
            }
            if (gap) {
                out.append(' ');
                gap = false;
            }
            // A lone surrogate would not survive a snapshot in UTF-8.
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < query.length()
                            && Character.isLowSurrogate(query.charAt(i + 1));
            if (pair) {
                out.append(c).append(query.charAt(++i));
            } else if (!Character.isSurrogate(c)) {
                out.append(Character.toLowerCase(c));
            }
        }
        return out.toString();
    }
}
