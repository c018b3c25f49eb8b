package dev.vitrine.data.dataset;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A data set on disk: one raw little-endian file per column, which can be mapped as it is, and
 * manifest.json. Written into a directory beside, forced, and renamed to its hash at the end, so
 * that a data set is either whole or not there.
 */
final class DatasetFiles {
    private static final String MANIFEST = "manifest.json";
    private static final int CHUNK = 1 << 20;

    /** Sorted, because the manifest's bytes are what names a data set. */
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .build();

    private DatasetFiles() {}

    /** What a data set is made of, before the files have been hashed. */
    interface ManifestOf {
        DatasetManifest manifest(List<DatasetManifest.FileEntry> files);
    }

    static Dataset write(Path parent, DatasetColumns columns, ManifestOf manifestOf) {
        Path building = parent;
        try {
            Files.createDirectories(parent);
            building = Files.createTempDirectory(parent, ".building-");
            List<DatasetManifest.FileEntry> files = new ArrayList<>();
            files.add(column(building, "person.i64", segment(columns.personNumber())));
            files.add(column(building, "start.i32", segment(columns.personStart())));
            files.add(column(building, "item.i32", segment(columns.item())));
            files.add(column(building, "time.i64", segment(columns.time())));
            files.add(column(building, "type.u8", segment(columns.type())));
            files.add(column(building, "value.f32", segment(columns.value())));
            files.add(column(building, "part.u8", segment(columns.part())));
            DatasetManifest manifest = manifestOf.manifest(files);
            byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
            column(building, MANIFEST, MemorySegment.ofArray(json));
            force(building);
            String hash = HexFormat.of().formatHex(sha256().digest(json));
            Path target = parent.resolve(hash);
            if (!rename(building, target)) {
                // As young as one made now: what is old may be collected.
                Files.setLastModifiedTime(target, Files.getLastModifiedTime(building));
                delete(building);
                return open(target);
            }
            force(parent);
            return new Dataset(target, hash, manifest, columns);
        } catch (IOException e) {
            delete(building);
            throw new VitrineException(
                    DataError.STORE_FAILED,
                    "cannot write the data set under " + parent + ": " + e,
                    e);
        }
    }

    static Dataset open(Path directory) {
        byte[] json = read(directory.resolve(MANIFEST));
        String hash = HexFormat.of().formatHex(sha256().digest(json));
        String name = String.valueOf(directory.getFileName());
        if (!hash.equals(name)) {
            throw invalid(directory.resolve(MANIFEST), "has SHA-256 " + hash + ", not its name");
        }
        DatasetManifest manifest;
        try {
            manifest = JSON.readValue(json, DatasetManifest.class);
        } catch (JacksonException e) {
            throw invalid(directory.resolve(MANIFEST), "is not a manifest: " + e.getMessage());
        }
        if (manifest.format() != DatasetManifest.FORMAT) {
            throw invalid(
                    directory.resolve(MANIFEST),
                    "has format "
                            + manifest.format()
                            + "; this version reads format "
                            + DatasetManifest.FORMAT);
        }
        int rows = manifest.events();
        DatasetColumns columns =
                new DatasetColumns(
                        longs(verified(directory, manifest, "person.i64", manifest.people())),
                        ints(verified(directory, manifest, "start.i32", manifest.people() + 1L)),
                        ints(verified(directory, manifest, "item.i32", rows)),
                        longs(verified(directory, manifest, "time.i64", rows)),
                        bytes(verified(directory, manifest, "type.u8", rows)),
                        floats(verified(directory, manifest, "value.f32", rows)),
                        bytes(verified(directory, manifest, "part.u8", rows)));
        return new Dataset(directory, hash, manifest, columns);
    }

    private static MemorySegment verified(
            Path directory, DatasetManifest manifest, String name, long entries) {
        Path file = directory.resolve(name);
        DatasetManifest.FileEntry expected =
                manifest.files().stream()
                        .filter(f -> f.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> invalid(file, "is not in the manifest"));
        int width = name.endsWith("64") ? 8 : name.endsWith("32") ? 4 : 1;
        MemorySegment content;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() != expected.bytes() || channel.size() != entries * width) {
                throw invalid(
                        file, "has " + channel.size() + " bytes, expected " + entries * width);
            }
            content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.DATASET_INVALID, "cannot read " + file + ": " + e, e);
        }
        String found = sha256(content);
        if (!found.equals(expected.sha256())) {
            throw invalid(file, "has SHA-256 " + found + ", expected " + expected.sha256());
        }
        return content;
    }

    private static DatasetManifest.FileEntry column(
            Path directory, String name, MemorySegment content) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        directory.resolve(name),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            for (long at = 0; at < content.byteSize(); at += CHUNK) {
                int size = (int) Math.min(CHUNK, content.byteSize() - at);
                chunk.clear().limit(size);
                MemorySegment.copy(content, at, MemorySegment.ofBuffer(chunk), 0, size);
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
        }
        return new DatasetManifest.FileEntry(name, content.byteSize(), sha256(content));
    }

    private static MemorySegment segment(long[] values) {
        checkOrder();
        return MemorySegment.ofArray(values);
    }

    private static MemorySegment segment(int[] values) {
        return MemorySegment.ofArray(values);
    }

    private static MemorySegment segment(float[] values) {
        return MemorySegment.ofArray(values);
    }

    private static MemorySegment segment(byte[] values) {
        return MemorySegment.ofArray(values);
    }

    private static long[] longs(MemorySegment content) {
        checkOrder();
        return content.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    }

    private static int[] ints(MemorySegment content) {
        return content.toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    private static float[] floats(MemorySegment content) {
        return content.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
    }

    private static byte[] bytes(MemorySegment content) {
        return content.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Columns are copied as the machine holds them; every platform of Vitrine is little-endian. */
    private static void checkOrder() {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new VitrineException(
                    DataError.STORE_FAILED, "data sets need a little-endian machine");
        }
    }

    private static String sha256(MemorySegment content) {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (long at = 0; at < content.byteSize(); at += CHUNK) {
            int size = (int) Math.min(CHUNK, content.byteSize() - at);
            MemorySegment.copy(content, at, MemorySegment.ofArray(chunk), 0, size);
            digest.update(chunk, 0, size);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    /** False when a data set with this hash, and so this content, is there already. */
    private static boolean rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            if (Files.isDirectory(to)) {
                return false;
            }
            throw e;
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void delete(Path building) {
        Path name = building.getFileName();
        if (name == null || !name.toString().startsWith(".building-")) {
            return;
        }
        try (var inside = Files.newDirectoryStream(building)) {
            for (Path file : inside) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(building);
        } catch (IOException e) {
            System.getLogger(DatasetFiles.class.getName())
                    .log(System.Logger.Level.WARNING, "left behind {0}: {1}", building, e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.DATASET_INVALID, "cannot read " + file + ": " + e, e);
        }
    }

    private static VitrineException invalid(Path file, String problem) {
        return new VitrineException(DataError.DATASET_INVALID, file + " " + problem);
    }
}
