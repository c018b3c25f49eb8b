package dev.vitrine.retrieval.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Checks the character map of a tokenizer of SentencePiece ({@code precompiled_charsmap}): the
 * bytes of a double array (a tree in one array, as the library Darts-clone makes it) after their
 * number, and then the texts that its leaves name, each ended by a zero. The native code follows
 * the array without looking where it leads; here every step that it could take is tried.
 */
final class CharacterMap {
    private static final int MARK = 1 << 31;
    private static final int BLOCK = 255;

    private CharacterMap() {}

    /**
     * @param base64 the map as the file has it
     */
    static void check(String base64) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw TokenizerFile.invalid("its character map is no Base64: " + e.getMessage());
        }
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        long size = bytes.remaining() < 4 ? -1 : Integer.toUnsignedLong(bytes.getInt());
        if (size < 4 || size % 4 != 0 || size > bytes.remaining()) {
            throw TokenizerFile.invalid(
                    "its character map is to have a tree of "
                            + size
                            + " bytes and has "
                            + bytes.remaining()
                            + " in all");
        }
        IntBuffer units =
                bytes.slice(bytes.position(), (int) size)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asIntBuffer();
        ByteBuffer texts =
                bytes.slice(bytes.position() + (int) size, bytes.remaining() - (int) size);
        requireText(texts.duplicate());
        for (int at = 0; at < units.limit(); at++) {
            check(units, at, texts);
        }
    }

    private static void check(IntBuffer units, int at, ByteBuffer texts) {
        int unit = units.get(at);
        if ((unit & MARK) != 0) {
            return; // The value of a leaf, which no character leads to.
        }
        int next = at ^ (unit >>> 10 << ((unit & 1 << 9) >>> 6));
        if (next < 0 || (next | BLOCK) >= units.limit()) {
            throw TokenizerFile.invalid("its character map leads out of itself at " + at);
        }
        if ((unit & 1 << 8) != 0) {
            int place = units.get(next) & ~MARK;
            boolean inside =
                    place <= texts.limit()
                            && (place == texts.limit() || (texts.get(place) & 0xC0) != 0x80);
            if (!inside) {
                throw TokenizerFile.invalid("its character map names a text at " + place);
            }
        }
    }

    private static void requireText(ByteBuffer texts) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(texts);
        } catch (CharacterCodingException e) {
            throw TokenizerFile.invalid("the texts of its character map are not UTF-8");
        }
    }
}
