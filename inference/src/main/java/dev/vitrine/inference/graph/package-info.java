/**
 * ONNX graphs made in Java, for exporting models and for tests. Read {@link GraphBuilder} first.
 * Knows the format, no runtime.
 */
@NullMarked
package dev.vitrine.inference.graph;

import org.jspecify.annotations.NullMarked;
