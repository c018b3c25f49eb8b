package dev.vitrine.kernel.error;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error with a code. The message names the offending value, what was expected, and where (file,
 * line, field).
 */
public final class VitrineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ErrorCode code;
    private final String message;
    private final String field;

    public VitrineException(ErrorCode code, String message) {
        this(code, message, "", null);
    }

    public VitrineException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(code, message, "", cause);
    }

    /**
     * @param field the request field or configuration key at fault; empty when there is none
     */
    public VitrineException(
            ErrorCode code, String message, String field, @Nullable Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.message = Objects.requireNonNull(message);
        this.field = Objects.requireNonNull(field);
    }

    private VitrineException(ErrorCode code, String message, boolean traced) {
        super(message, null, traced, traced);
        this.code = Objects.requireNonNull(code);
        this.message = Objects.requireNonNull(message);
        this.field = "";
    }

    /**
     * An error that is expected under load and must cost next to nothing: without a stack trace.
     */
    public static VitrineException refusal(ErrorCode code, String message) {
        return new VitrineException(code, message, false);
    }

    /** An error about one field of a request. */
    public static VitrineException field(ErrorCode code, String field, String message) {
        return new VitrineException(code, message, field, null);
    }

    @Override
    public String getMessage() {
        return message;
    }

    public ErrorCode code() {
        return code;
    }

    public Optional<String> field() {
        return field.isEmpty() ? Optional.empty() : Optional.of(field);
    }
}
