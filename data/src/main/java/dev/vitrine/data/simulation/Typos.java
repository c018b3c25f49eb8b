package dev.vitrine.data.simulation;

import java.util.SplittableRandom;

/** Mistypes a text in one place. */
final class Typos {
    private Typos() {}

    /** Swaps, drops, doubles or replaces one letter; texts below three letters stay as they are. */
    static String mistype(String text, SplittableRandom random) {
        if (text.length() < 3) {
            return text;
        }
        int at = 1 + random.nextInt(text.length() - 2);
        char c = text.charAt(at);
        StringBuilder out = new StringBuilder(text);
        switch (random.nextInt(4)) {
            case 0 -> {
                out.setCharAt(at, text.charAt(at + 1));
                out.setCharAt(at + 1, c);
            }
            case 1 -> out.deleteCharAt(at);
            case 2 -> out.insert(at, c);
            default -> {
                if (c >= 'a' && c <= 'z') {
                    out.setCharAt(at, (char) ('a' + random.nextInt(26)));
                } else {
                    out.deleteCharAt(at);
                }
            }
        }
        return out.toString();
    }
}
