package dev.vitrine.registry.audit;

import dev.vitrine.registry.storage.DirectoryLock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files of an audit log: segments named by their first entry, the head, and a lock. */
final class AuditFiles {
    private static final Pattern SEGMENT = Pattern.compile("audit-(\\d{12})\\.jsonl");
    private static final Pattern HEAD = Pattern.compile("(\\d{12}) ([0-9a-f]{64})\n");

    private final Path directory;

    AuditFiles(Path directory) {
        this.directory = directory;
    }

    /** The last entry that was written. */
    record Head(long sequence, String hash) {}

    Path directory() {
        return directory;
    }

    Path segment(long first) {
        return directory.resolve(String.format(Locale.ROOT, "audit-%012d.jsonl", first));
    }

    static long first(Path segment) {
        Matcher name = SEGMENT.matcher(segment.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /** Oldest first. */
    List<Path> segments() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(file -> SEGMENT.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    /** The whole lines of a segment; what comes after the last line's end is no line. */
    List<String> lines(Path segment) throws IOException {
        String text = new String(Files.readAllBytes(segment), StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n');
        return end < 0 ? List.of() : Arrays.asList(text.substring(0, end).split("\n", -1));
    }

    /** Cuts off what a dying process left of a line; such a line was never acknowledged. */
    void cutTorn(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
        }
    }

    Optional<Head> head() throws IOException {
        Path file = directory.resolve("head");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher text =
                HEAD.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        return text.matches()
                ? Optional.of(new Head(Long.parseLong(text.group(1)), text.group(2)))
                : Optional.empty();
    }

    /** Not forced: it may be behind the entries after a power cut, and never ahead of them. */
    void writeHead(long sequence, String hash) throws IOException {
        String text = String.format(Locale.ROOT, "%012d %s\n", sequence, hash);
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("head").toFile(), "rw")) {
            file.write(text.getBytes(StandardCharsets.ISO_8859_1));
            file.setLength(text.length());
        }
    }

    /** Makes the names of new files durable. */
    void force() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The right to change the files, until closed. */
    DirectoryLock lock() throws IOException {
        Files.createDirectories(directory);
        return DirectoryLock.take(directory);
    }
}
