/**
 * The Open Inference Protocol v2 as bytes: requests read, answers written, no transport and no
 * model. Read {@link InferRequest} first.
 */
@NullMarked
package dev.vitrine.server.protocol;

import org.jspecify.annotations.NullMarked;
