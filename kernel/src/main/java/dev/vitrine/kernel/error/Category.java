package dev.vitrine.kernel.error;

/**
 * The kinds of error that callers tell apart; each has one owner and, in the server, one status
 * code.
 */
public enum Category {
    INVALID_ARGUMENT(Owner.CALLER),
    UNAUTHENTICATED(Owner.CALLER),
    FORBIDDEN(Owner.CALLER),
    NOT_FOUND(Owner.CALLER),
    CONFLICT(Owner.CALLER),
    TOO_LARGE(Owner.CALLER),
    EXHAUSTED(Owner.CAPACITY),
    UNAVAILABLE(Owner.CAPACITY),
    DEADLINE_EXCEEDED(Owner.CAPACITY),
    INTERNAL(Owner.VITRINE),
    OUTSIDE(Owner.OUTSIDE);

    private final Owner owner;

    Category(Owner owner) {
        this.owner = owner;
    }

    public Owner owner() {
        return owner;
    }
}
