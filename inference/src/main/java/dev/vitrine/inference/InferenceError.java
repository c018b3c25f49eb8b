package dev.vitrine.inference;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong when something is to answer. */
public enum InferenceError implements ErrorCode {
    /** The slot has nothing in it yet, or was closed. */
    NOTHING_LIVE(Category.UNAVAILABLE),
    /** Shape and bytes of a tensor do not go together. */
    TENSOR_INVALID(Category.INVALID_ARGUMENT),
    /** An input is missing, unknown, of another type or of another shape. */
    INPUT_INVALID(Category.INVALID_ARGUMENT),
    /** The request does not keep to its protocol. */
    PROTOCOL_INVALID(Category.INVALID_ARGUMENT),
    /** The model has no such output. */
    OUTPUT_UNKNOWN(Category.INVALID_ARGUMENT),
    /** The file is no model that the runtime can load. */
    MODEL_INVALID(Category.INVALID_ARGUMENT),
    /** There is no model of this name, or no such version of it. */
    MODEL_UNKNOWN(Category.NOT_FOUND),
    /** The model is known, but no version of it answers now. */
    MODEL_NOT_READY(Category.UNAVAILABLE),
    /** A version of this name and number is there already. */
    VERSION_TAKEN(Category.CONFLICT),
    /** The model does not fit beside the others; asking again does not make it fit. */
    MODEL_TOO_LARGE(Category.INVALID_ARGUMENT),
    /** There is no memory for the tensors of a request now. */
    MEMORY_INSUFFICIENT(Category.EXHAUSTED),
    /** The runtime has no such device. */
    DEVICE_MISSING(Category.INVALID_ARGUMENT),
    /** The runtime failed on inputs that fit the signature, as with an index out of range. */
    RUN_FAILED(Category.INVALID_ARGUMENT),
    /** Too many runs wait already. */
    RUNNERS_BUSY(Category.UNAVAILABLE),
    /** It could not be answered before its deadline, or would wait longer than is allowed. */
    DEADLINE_UNREACHABLE(Category.UNAVAILABLE),
    /** This client asks more often than it may. */
    CLIENT_RATE_EXCEEDED(Category.EXHAUSTED),
    /** The caller did not want to wait any longer. */
    RUN_CANCELLED(Category.DEADLINE_EXCEEDED);

    private final Category category;

    InferenceError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
