package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;

/**
 * Which number stands for which product.
 *
 * @param count numbers from 0 to below this one
 * @param hash of their products' ids in order, as the catalogue gives it
 */
public record ItemNumbering(int count, String hash) {
    public ItemNumbering {
        if (count < 0) {
            throw new VitrineException(
                    RegistryError.RELEASE_INVALID,
                    "a number of products is not negative: " + count);
        }
    }
}
