/**
 * Keeps what a model has answered, so that the same question is not worked out twice: whole answers
 * and single rows, each of one version of one model, and questions that are being worked out right
 * now. Read first: {@link ResultCache}, then {@link RowCache}. Knows no runtime, no registry and no
 * protocol.
 */
@NullMarked
package dev.vitrine.inference.cache;

import org.jspecify.annotations.NullMarked;
