package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;
import dev.vitrine.kernel.error.VitrineException;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a server said of something that it did not do, as an error of the command: its own code and
 * message where it gave them, else the status and the beginning of what it did say.
 */
final class ServerRefusal {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final int MOST_MESSAGE = 2_000;
    private static final int MOST_FOREIGN = 300;
    private static final int MOST_FIELD = 100;

    private ServerRefusal() {}

    /** A code that only the server knows. */
    private record Told(String name, Category category) implements ErrorCode {}

    /**
     * @param asked which server did not do what, for the message
     * @param body of the answer, which may be anything
     */
    static VitrineException of(String asked, int status, String body) {
        JsonNode error = error(body);
        String message = error.isString() ? error.stringValue() : text(error, "message");
        String code = text(error, "code");
        String field = text(error, "field");
        String told =
                message.isEmpty()
                        ? status + " " + OneLine.of(body.strip(), MOST_FOREIGN)
                        : OneLine.of(message, MOST_MESSAGE);
        String where = field.isEmpty() ? "" : " (" + OneLine.of(field, MOST_FIELD) + ")";
        return new VitrineException(
                new Told(CODE.matcher(code).matches() ? code : "HTTP_" + status, category(status)),
                asked + ": " + told.strip() + where);
    }

    private static JsonNode error(String body) {
        try {
            return JSON.readTree(body).path("error");
        } catch (JacksonException e) {
            return JSON.missingNode();
        }
    }

    private static String text(JsonNode error, String field) {
        JsonNode value = error.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    /** Whatever a server has against it is no fault of this program. */
    private static Category category(int status) {
        return switch (status) {
            case 401 -> Category.UNAUTHENTICATED;
            case 403 -> Category.FORBIDDEN;
            case 404 -> Category.NOT_FOUND;
            case 409 -> Category.CONFLICT;
            case 413 -> Category.TOO_LARGE;
            case 429 -> Category.EXHAUSTED;
            case 503 -> Category.UNAVAILABLE;
            case 504 -> Category.DEADLINE_EXCEEDED;
            default -> status >= 500 ? Category.OUTSIDE : Category.INVALID_ARGUMENT;
        };
    }
}
