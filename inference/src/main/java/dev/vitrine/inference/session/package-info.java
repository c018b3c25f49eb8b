/**
 * Models of ONNX Runtime, within a declared number of threads. Read {@link OnnxSession} first.
 * Knows files and tensors, no names of models, no versions and no protocol.
 */
@NullMarked
package dev.vitrine.inference.session;

import org.jspecify.annotations.NullMarked;
