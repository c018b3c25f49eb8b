package dev.vitrine.server.cli;

/** Text from elsewhere as a terminal may have it: on one line, nothing that steers it, bounded. */
final class OneLine {
    private OneLine() {}

    /**
     * @param most characters; of more text the end is left out, and a sign of that stands there
     */
    static String of(String text, int most) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && line.length() < most; i++) {
            char next = text.charAt(i);
            boolean steers =
                    switch (Character.getType(next)) {
                        case Character.CONTROL,
                                Character.FORMAT,
                                Character.LINE_SEPARATOR,
                                Character.PARAGRAPH_SEPARATOR ->
                                true;
                        default -> false;
                    };
            line.append(steers ? ' ' : next);
        }
        if (text.length() > most) {
            line.setCharAt(most - 1, '…');
        }
        return line.toString();
    }
}
