package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;

/**
 * Reads one JSON command token by token, without a tree. Whatever the command does not know is
 * refused by name; every error names the field and what was found.
 */
final class CommandReader implements AutoCloseable {
    static final int MAX_TEXT = 2_000;
    private static final int SHOWN = 80;

    private final JsonParser parser;

    private CommandReader(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads the fields of a command, one call for each; it must take the value. */
    interface Fields {
        void read(String field, CommandReader in);
    }

    /**
     * Reads a whole command.
     *
     * @throws VitrineException JSON_INVALID or REQUEST_INVALID
     */
    static void read(byte[] body, Fields fields) {
        refuseInvalidUtf8(body);
        try (CommandReader in =
                new CommandReader(
                        Json.FACTORY.createParser(
                                ObjectReadContext.empty(), body, 0, body.length))) {
            if (in.parser.nextToken() != JsonToken.START_OBJECT) {
                throw new VitrineException(
                        ServerError.JSON_INVALID, "expected a JSON object, found " + in.found());
            }
            in.object(fields);
            if (in.parser.nextToken() != null) {
                throw new VitrineException(
                        ServerError.JSON_INVALID,
                        "found " + in.found() + " after the end of the JSON object");
            }
        } catch (JacksonException e) {
            throw new VitrineException(
                    ServerError.JSON_INVALID,
                    "not JSON" + place(e) + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    /** Where it is wrong; what goes beyond a bound, as a name that is too long, has no place. */
    private static String place(JacksonException e) {
        TokenStreamLocation place = e.getLocation();
        return place == null
                ? ""
                : " at line " + place.getLineNr() + " column " + place.getColumnNr();
    }

    /** Reads the fields of the object that the parser stands at the start of. */
    private void object(Fields fields) {
        String field;
        while ((field = nextField()) != null) {
            fields.read(field, this);
        }
    }

    private @Nullable String nextField() {
        String name = parser.nextName();
        if (name != null) {
            parser.nextToken();
        }
        return name;
    }

    private static void refuseInvalidUtf8(byte[] body) {
        boolean ascii = true;
        for (byte b : body) {
            if (b < 0) {
                ascii = false;
                break;
            }
        }
        if (ascii) {
            return;
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw new VitrineException(ServerError.JSON_INVALID, "the body is not UTF-8", e);
        }
    }

    private boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** A text; null reads as empty. */
    String text(String field, int max) {
        if (isNull()) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(field, "a text");
        }
        String value = parser.getString();
        if (value.length() > max) {
            throw fail(field, "at most " + max + " characters, found " + value.length());
        }
        return value;
    }

    /** An id: a text, or a whole number, which is taken as its digits. */
    String id(String field) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getString();
        }
        return text(field, 256);
    }

    int whole(String field, int least, int most) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() == JsonParser.NumberType.INT) {
            int value = parser.getIntValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong(field, "a whole number from " + least + " to " + most);
    }

    double number(String field, double least, double most) {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            double value = parser.getDoubleValue();
            if (value >= least && value <= most) {
                return value;
            }
        }
        throw wrong(field, "a number from " + least + " to " + most);
    }

    boolean flag(String field) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> throw wrong(field, "true or false");
        };
    }

    List<String> ids(String field, int most) {
        List<String> values = new ArrayList<>();
        list(field, most, (entry, in) -> values.add(in.id(entry)));
        return values;
    }

    /** Reads a list entry by entry; null reads as empty. */
    void list(String field, int most, Fields each) {
        if (isNull()) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(field, "a list");
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == most) {
                throw fail(field, "at most " + most + " entries");
            }
            each.read(field + "[" + count++ + "]", this);
        }
    }

    /** Passes over the current value, whatever it holds. */
    void skip() {
        parser.skipChildren();
    }

    /** Whether the current value is an object. */
    boolean isObject() {
        return parser.currentToken() == JsonToken.START_OBJECT;
    }

    /** Reads the fields of an object; their names are given as paths below {@code field}. */
    void object(String field, Fields fields) {
        if (!isObject()) {
            throw wrong(field, "an object");
        }
        object((name, in) -> fields.read(field + "." + name, in));
    }

    /** Refuses a field that the command does not have. */
    VitrineException unknown(String field, String known) {
        return VitrineException.field(
                ServerError.FIELD_UNKNOWN,
                field,
                field + ": there is no such field; expected " + known);
    }

    VitrineException wrong(String field, String expected) {
        return fail(field, "expected " + expected + ", found " + found());
    }

    private static VitrineException fail(String field, String problem) {
        return VitrineException.field(ServerError.REQUEST_INVALID, field, field + ": " + problem);
    }

    private String found() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING -> "the text '" + shown() + "'";
            default -> shown();
        };
    }

    private String shown() {
        String value = String.valueOf(parser.getString());
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    }

    @Override
    public void close() {
        parser.close();
    }
}
