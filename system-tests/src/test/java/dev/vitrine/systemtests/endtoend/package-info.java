/** Uses a running Vitrine as people do: by the command line and in a browser. */
@NullMarked
package dev.vitrine.systemtests.endtoend;

import org.jspecify.annotations.NullMarked;
