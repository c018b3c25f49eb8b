package dev.vitrine.inference.platform;

import java.nio.file.Path;
import java.util.OptionalLong;

/** Memory outside the Java heap, as it is measured and given back. */
public interface NativeMemory {
    /** Knows nothing and gives nothing back. */
    NativeMemory UNKNOWN =
            new NativeMemory() {
                @Override
                public OptionalLong used(Path directory) {
                    return OptionalLong.empty();
                }

                @Override
                public void giveBack() {}
            };

    /**
     * Bytes that native code holds now, and those of the files below a directory that are mapped;
     * empty where that is unknown. What one step takes is the difference before and after it, give
     * or take what others took meanwhile.
     */
    OptionalLong used(Path directory);

    /** Returns what was freed to the operating system. */
    void giveBack();
}
