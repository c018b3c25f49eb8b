package dev.vitrine.deployment.sync;

/** Carries parcels; several at once. */
interface Carrier {
    /**
     * Carries one and returns when it has arrived, durably.
     *
     * @param attempt from 1; one that was attempted may have arrived
     * @throws dev.vitrine.kernel.error.VitrineException STORAGE_UNREACHABLE when another attempt
     *     may succeed
     */
    void carry(Parcel parcel, int attempt);
}
