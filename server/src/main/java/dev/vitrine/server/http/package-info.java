/**
 * Translates HTTP into calls of ports, and answers and errors back into JSON. Read first:
 * HttpServer, Routes, Ports. Knows nothing of how a port answers; the composition root supplies
 * them.
 */
@NullMarked
package dev.vitrine.server.http;

import org.jspecify.annotations.NullMarked;
