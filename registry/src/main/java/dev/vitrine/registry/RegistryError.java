package dev.vitrine.registry;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with artefacts, models and releases. */
public enum RegistryError implements ErrorCode {
    ARTIFACT_NOT_FOUND(Category.NOT_FOUND),
    /** A file of an artefact is missing, has another size or another content than was stored. */
    ARTIFACT_CORRUPT(Category.OUTSIDE),
    ARTIFACT_INVALID(Category.INVALID_ARGUMENT),
    MODEL_NOT_FOUND(Category.NOT_FOUND),
    MODEL_INVALID(Category.INVALID_ARGUMENT),
    /** As RELEASE_REFUSED, of a model of one's own. */
    MODEL_REFUSED(Category.CONFLICT),
    RELEASE_NOT_FOUND(Category.NOT_FOUND),
    RELEASE_INVALID(Category.INVALID_ARGUMENT),
    RELEASE_CORRUPT(Category.OUTSIDE),
    /** Its signature, a hash or the policy does not hold: it is never loaded. */
    RELEASE_REFUSED(Category.CONFLICT),
    /** A signature is missing, malformed, by nobody trusted, or not of what it lies beside. */
    SIGNATURE_INVALID(Category.CONFLICT),
    SIGNING_KEY_INVALID(Category.INVALID_ARGUMENT),
    REGISTRY_CONFLICT(Category.CONFLICT),
    /** Two nodes that share a registry were given the same name. */
    NODE_NAME_TAKEN(Category.CONFLICT),
    REGISTRY_FORMAT(Category.CONFLICT),
    REGISTRY_BUSY(Category.UNAVAILABLE),
    REGISTRY_FAILED(Category.OUTSIDE),
    /** A key that encrypts keys cannot be used, or is not the right one. */
    KEY_REFUSED(Category.CONFLICT),
    /** Where objects are kept gave no answer, or one that says try again. */
    STORAGE_UNREACHABLE(Category.UNAVAILABLE),
    /** Where objects are kept refused, and would again. */
    STORAGE_REFUSED(Category.OUTSIDE),
    /** An entry of the audit log is not what was written. */
    AUDIT_BROKEN(Category.OUTSIDE),
    AUDIT_FAILED(Category.OUTSIDE);

    private final Category category;

    RegistryError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
