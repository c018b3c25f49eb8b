package dev.vitrine.server.cli;

/** Something that a measurement may be told, as {@code NAME=VALUE}. */
public sealed interface Argument {
    /** What stands before the equals sign. */
    String name();

    /** How it is written, for people. */
    String shape();

    /**
     * A whole number.
     *
     * @param otherwise what it is when it is not given
     */
    record Whole(String name, long otherwise, long least, long most) implements Argument {
        @Override
        public String shape() {
            return name + "=N";
        }
    }

    /** A folder; none when it is not given. */
    record Folder(String name) implements Argument {
        @Override
        public String shape() {
            return name + "=DIR";
        }
    }
}
