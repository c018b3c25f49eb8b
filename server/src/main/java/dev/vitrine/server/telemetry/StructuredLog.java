package dev.vitrine.server.telemetry;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.FileHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sets up logging for the whole process, in one place: one line per record in the form {@code
 * time=… level=… logger=… msg="…" error="…"}, to standard error or to files that are rotated.
 */
public final class StructuredLog {
    private static final int FILES = 5;
    private static final int FILE_BYTES = 10 << 20;
    private static final int MAX_ERROR = 4_000;

    /** Libraries that tell more than anybody asks; held, since loggers nobody holds forget. */
    private static final List<Logger> QUIET =
            Stream.of("io.helidon", "org.apache.lucene", "ai.djl", "io.github.metarank")
                    .map(Logger::getLogger)
                    .toList();

    /** Warns that there is no GPU, twice a process, wherever there is none. */
    private static final Logger NO_GPU = Logger.getLogger("ai.djl.util.cuda");

    private StructuredLog() {}

    /**
     * Replaces whatever handlers there were.
     *
     * @param directory where to keep files; standard error when empty
     * @param verbose whether to log what only a developer wants to see
     */
    public static void install(Optional<Path> directory, boolean verbose) {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
            handler.close();
        }
        Handler handler = directory.map(StructuredLog::files).orElseGet(ConsoleHandler::new);
        handler.setFormatter(new Line());
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(verbose ? Level.FINE : Level.INFO);
        QUIET.forEach(logger -> logger.setLevel(verbose ? Level.INFO : Level.WARNING));
        NO_GPU.setLevel(verbose ? Level.WARNING : Level.SEVERE);
    }

    private static Handler files(Path directory) {
        try {
            Files.createDirectories(directory);
            return new FileHandler(
                    directory.toString().replace("%", "%%") + "/vitrine.%g.log",
                    FILE_BYTES,
                    FILES,
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write logs in " + directory, e);
        }
    }

    /** One record as one line. */
    static final class Line extends Formatter {
        @Override
        public String format(LogRecord record) {
            StringBuilder line = new StringBuilder(160);
            line.append("time=").append(record.getInstant());
            line.append(" level=").append(name(record.getLevel()));
            line.append(" logger=").append(record.getLoggerName());
            line.append(" msg=");
            quote(line, formatMessage(record));
            Throwable thrown = record.getThrown();
            if (thrown != null) {
                line.append(" error=");
                quote(line, trace(thrown));
            }
            return line.append('\n').toString();
        }

        private static String name(Level level) {
            if (level.intValue() >= Level.SEVERE.intValue()) {
                return "error";
            }
            if (level.intValue() >= Level.WARNING.intValue()) {
                return "warn";
            }
            return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
        }

        private static String trace(Throwable thrown) {
            StringWriter text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            String trace = text.toString();
            return trace.length() <= MAX_ERROR ? trace : trace.substring(0, MAX_ERROR) + "…";
        }

        /** Quotes a text so that it stays on one line and cannot pass for another field. */
        static void quote(StringBuilder into, @Nullable String text) {
            into.append('"');
            String value = String.valueOf(text);
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                switch (c) {
                    case '"' -> into.append("\\\"");
                    case '\\' -> into.append("\\\\");
                    case '\n' -> into.append("\\n");
                    case '\r' -> into.append("\\r");
                    case '\t' -> into.append("\\t");
                    default -> {
                        if (c < ' ') {
                            into.append(String.format("\\u%04x", (int) c));
                        } else {
                            into.append(c);
                        }
                    }
                }
            }
            into.append('"');
        }
    }
}
