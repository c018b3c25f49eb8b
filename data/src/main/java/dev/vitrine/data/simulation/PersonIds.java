package dev.vitrine.data.simulation;

/**
 * Ids of visitors and users that tell nothing by themselves and can be led back by the truth: the
 * number times an odd constant, in 40 bits.
 */
final class PersonIds {
    private static final long MASK = (1L << 40) - 1;
    private static final long FACTOR = 0x5DEECE66DL;
    private static final int DEVICES = 4;

    private PersonIds() {}

    /** The id that a shopper's device shows, devices from 0 to 2. */
    static String visitor(int shopper, int device) {
        return id('v', (long) shopper * DEVICES + device);
    }

    /** Robots count as shoppers after the last one, on device 3. */
    static String robot(int shoppers, int robot) {
        return id('v', (long) (shoppers + robot) * DEVICES + DEVICES - 1);
    }

    static String user(int shopper) {
        return id('u', shopper);
    }

    /** The shopper behind an id; -1 when it is nobody's. */
    static int shopper(String id, int shoppers) {
        if (id.length() != 11 || (id.charAt(0) != 'u' && id.charAt(0) != 'v')) {
            return -1;
        }
        long scrambled;
        try {
            scrambled = Long.parseLong(id, 1, id.length(), 16);
        } catch (NumberFormatException e) {
            return -1;
        }
        long number = (scrambled * inverse()) & MASK;
        long shopper = id.charAt(0) == 'u' ? number : number / DEVICES;
        return shopper >= 0 && shopper < shoppers ? (int) shopper : -1;
    }

    private static String id(char kind, long number) {
        long scrambled = (number * FACTOR) & MASK;
        StringBuilder id = new StringBuilder(11).append(kind);
        for (int shift = 36; shift >= 0; shift -= 4) {
            id.append(Character.forDigit((int) (scrambled >>> shift) & 15, 16));
        }
        return id.toString();
    }

    /** The inverse of the factor modulo 2^40, by Newton's iteration. */
    private static long inverse() {
        long x = FACTOR;
        for (int i = 0; i < 5; i++) {
            x *= 2 - FACTOR * x;
        }
        return x;
    }
}
