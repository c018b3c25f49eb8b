package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Decodes paths and queries; what is not well-formed UTF-8 is refused, never replaced. */
final class UriText {
    private static final int MAX_PARAMETERS = 50;

    private UriText() {}

    /** A decoded path segment. */
    static String segment(String raw) {
        return decode(raw, false, "path");
    }

    /** The parameters of a query; of a name given twice the first counts. */
    static Map<String, String> query(String raw) {
        if (raw.isEmpty()) {
            return Map.of();
        }
        Map<String, String> values = new HashMap<>();
        for (String pair : raw.split("&", MAX_PARAMETERS + 1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            String decoded = decode(name, true, "query");
            values.putIfAbsent(decoded, decode(value, true, decoded));
        }
        return values;
    }

    private static String decode(String raw, boolean plus, String field) {
        boolean plain = raw.indexOf('%') < 0 && (!plus || raw.indexOf('+') < 0);
        if (plain && isAscii(raw)) {
            return checked(raw, field);
        }
        ByteBuffer bytes = ByteBuffer.allocate(raw.length() * 3);
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                boolean complete = i + 2 < raw.length();
                int high = complete ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = complete ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    throw invalid(field, "'%' must be followed by two hexadecimal digits");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else if (c == '+' && plus) {
                bytes.put((byte) ' ');
            } else if (c < 0x80) {
                bytes.put((byte) c);
            } else {
                throw invalid(field, "characters beyond ASCII must be percent-encoded UTF-8");
            }
        }
        try {
            return checked(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString(), field);
        } catch (CharacterCodingException e) {
            throw invalid(field, "its percent-encoded bytes are not UTF-8");
        }
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String checked(String text, String field) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == 0) {
                throw invalid(field, "must not contain the character NUL");
            }
        }
        return text;
    }

    private static VitrineException invalid(String field, String message) {
        return VitrineException.field(ServerError.REQUEST_INVALID, field, field + ": " + message);
    }
}
