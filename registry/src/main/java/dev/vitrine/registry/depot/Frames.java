package dev.vitrine.registry.depot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The form in which an object lies in a depot.
 *
 * <pre>
 * 1 byte    version of the form, 1
 * 1 byte    how the rest is to be read: 1 compressed by Zstandard, 2 encrypted, 3 both, 0 neither
 * 16 bytes  where encrypted: which key
 * 12 bytes  where encrypted: nonce
 * …         content
 * 16 bytes  where encrypted: tag
 * </pre>
 *
 * <p>Encryption is AES-256-GCM over the compressed content; the object's name and all that stands
 * before the nonce are authenticated with it, so that objects cannot be exchanged. A file is many
 * objects of at most a mebibyte: none has to be read whole before a part of it is believed, and
 * that no part is missing, doubled or out of place is said by the list of an artefact's chunks and
 * the hashes of its files.
 */
final class Frames {
    private static final byte FORM = 1;
    private static final int COMPRESSED = 1;
    private static final int ENCRYPTED = 2;
    private static final int HEADER = 2;
    private static final int LEVEL = 3;

    private final DataKeys keys;

    Frames(DataKeys keys) {
        this.keys = keys;
    }

    /** Content as an object of that name. */
    byte[] write(String name, byte[] content) {
        byte[] packed = Zstd.compress(content, LEVEL);
        boolean smaller = packed.length < content.length;
        byte[] body = smaller ? packed : content;
        int how = smaller ? COMPRESSED : 0;
        Optional<DataKeys.Named> key = keys.current();
        if (key.isEmpty()) {
            return joined(new byte[] {FORM, (byte) how}, body);
        }
        byte[] header = joined(new byte[] {FORM, (byte) (how | ENCRYPTED)}, key.get().id());
        return joined(header, key.get().cipher().seal(body, context(name, header)));
    }

    /**
     * The content of an object.
     *
     * @param most bytes that it may have
     * @throws VitrineException ARTIFACT_CORRUPT when it is not such an object, was changed or is
     *     larger; KEY_REFUSED when its key is not at hand
     */
    byte[] read(String name, byte[] object, int most, String place) {
        String origin = name + " in " + place;
        if (object.length < HEADER || object[0] != FORM || (object[1] & ~3) != 0) {
            throw corrupt(origin, "it does not begin as an object of a depot");
        }
        byte[] body;
        if ((object[1] & ENCRYPTED) != 0) {
            int end = HEADER + DataKeys.ID_BYTES;
            if (object.length < end + AesGcm.OVERHEAD) {
                throw corrupt(origin, "it was cut");
            }
            byte[] header = Arrays.copyOf(object, end);
            AesGcm key = keys.get(Arrays.copyOfRange(object, HEADER, end));
            body =
                    key.open(Arrays.copyOfRange(object, end, object.length), context(name, header))
                            .orElseThrow(() -> corrupt(origin, "its tag does not hold"));
        } else {
            body = Arrays.copyOfRange(object, HEADER, object.length);
        }
        if ((object[1] & COMPRESSED) != 0) {
            return unpacked(body, most, origin);
        }
        if (body.length > most) {
            throw corrupt(origin, "it has " + body.length + " bytes, at most " + most);
        }
        return body;
    }

    private static byte[] unpacked(byte[] body, int most, String origin) {
        long size = Zstd.getFrameContentSize(body);
        if (size < 0 || size > most) {
            throw corrupt(origin, "it says that it has " + size + " bytes, at most " + most);
        }
        try {
            byte[] content = new byte[(int) size];
            long read = Zstd.decompress(content, body);
            if (Zstd.isError(read) || read != size) {
                throw corrupt(origin, "it cannot be decompressed");
            }
            return content;
        } catch (ZstdException e) {
            throw corrupt(origin, "it cannot be decompressed: " + e.getMessage());
        }
    }

    private static byte[] context(String name, byte[] header) {
        return joined(header, name.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static VitrineException corrupt(String origin, String why) {
        return new VitrineException(
                RegistryError.ARTIFACT_CORRUPT, origin + " was changed: " + why);
    }
}
