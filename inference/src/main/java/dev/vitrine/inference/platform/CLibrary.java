package dev.vitrine.inference.platform;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Functions of the C library by name. */
final class CLibrary {
    private CLibrary() {}

    static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }

    /** Empty on other systems than Linux, and where the library has no such function. */
    static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
        if (!isLinux()) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(address -> linker.downcallHandle(address, type));
    }

    /** A call of such a function failed in a way that it does not have. */
    static IllegalStateException broken(String name, Throwable cause) {
        return new IllegalStateException("calling " + name, cause);
    }
}
