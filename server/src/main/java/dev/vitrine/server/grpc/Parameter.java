package dev.vitrine.server.grpc;

/**
 * An entry of a map of parameters: a name and, of several kinds of value, the numbers.
 *
 * @param known whether the value is a number or a flag
 * @param value of a flag 0 or 1
 */
record Parameter(String name, boolean known, long value) {
    /** Reads one entry. */
    static Parameter read(WireReader in) {
        String name = "";
        boolean known = false;
        long value = 0;
        int after = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            switch (tag) {
                case 1 << 3 | WireReader.BYTES -> name = in.text();
                case 2 << 3 | WireReader.BYTES -> {
                    int behind = in.enter();
                    for (int kind = in.tag(); kind != 0; kind = in.tag()) {
                        known = (kind & 7) == WireReader.VARINT;
                        if (known) {
                            value = in.varint();
                        } else {
                            in.skip(kind, "a parameter");
                        }
                    }
                    in.leave(behind);
                }
                default -> in.skip(tag, "a parameter");
            }
        }
        in.leave(after);
        return new Parameter(name, known, value);
    }

    long number(long least, long most) {
        if (!known || value < least || value > most) {
            throw WireReader.invalid(
                    "parameter '" + name + "' has to be a whole number from " + least + " on");
        }
        return value;
    }

    boolean flag() {
        return number(0, 1) == 1;
    }
}
