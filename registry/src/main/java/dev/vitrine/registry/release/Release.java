package dev.vitrine.registry.release;

/**
 * A release with its name.
 *
 * @param id the time it was made and the first digits of the hash of its manifest, as in {@code
 *     20261121-010203-3fa9c2d41b7e}; two releases with the same id have the same content
 * @param hash SHA-256 of the manifest's JSON, 64 hexadecimal digits
 */
public record Release(String id, String hash, ReleaseManifest manifest) {
    /** Derives hash and id from the content. */
    public static Release of(ReleaseManifest manifest) {
        return ReleaseJson.release(ReleaseJson.write(manifest), manifest);
    }

    @Override
    public String toString() {
        return id;
    }
}
