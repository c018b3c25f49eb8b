/**
 * Signs folders of files and verifies such signatures, in the OpenSSF Model Signing format v1.0: a
 * Sigstore bundle around a DSSE envelope around an in-toto statement that names every file with its
 * hash. Read first: Statement, Trust, SigningKey, SignedFolder. Knows nothing of models, releases
 * or where keys are kept.
 */
@NullMarked
package dev.vitrine.registry.signing;

import org.jspecify.annotations.NullMarked;
