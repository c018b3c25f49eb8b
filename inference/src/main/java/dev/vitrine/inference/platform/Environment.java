package dev.vitrine.inference.platform;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The environment variables of this process, as native libraries read them. */
public final class Environment {
    private Environment() {}

    /**
     * Sets a variable for libraries that are loaded later; Java's own view of the environment stays
     * as it was. Elsewhere than on Linux nothing happens.
     */
    public static void set(String name, String value) {
        Optional<MethodHandle> setenv =
                CLibrary.function(
                        "setenv",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.ADDRESS,
                                ValueLayout.ADDRESS,
                                ValueLayout.JAVA_INT));
        if (setenv.isEmpty()) {
            return;
        }
        int failed;
        try (Arena arena = Arena.ofConfined()) {
            failed =
                    (int)
                            setenv.get()
                                    .invokeExact(
                                            arena.allocateFrom(name), arena.allocateFrom(value), 1);
        } catch (Throwable e) {
            throw CLibrary.broken("setenv", e);
        }
        if (failed != 0) {
            throw new IllegalStateException("the variable " + name + " cannot be set");
        }
    }
}
