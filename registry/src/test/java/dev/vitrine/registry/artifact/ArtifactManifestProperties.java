package dev.vitrine.registry.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ArtifactManifestProperties {
    @Property(tries = 200)
    void textIsReadBackAndOrderDoesNotMatter(
            @ForAll("files") List<ArtifactFile> files, @ForAll Random random) {
        ArtifactManifest manifest = new ArtifactManifest(files);
        List<ArtifactFile> shuffled = new ArrayList<>(files);
        Collections.shuffle(shuffled, random);
        assertThat(new ArtifactManifest(shuffled).hash()).isEqualTo(manifest.hash());
        assertThat(ArtifactManifest.parse(manifest.text(), "test")).isEqualTo(manifest);
    }

    @Property(tries = 200)
    void anyCutIsNoticed(@ForAll("files") List<ArtifactFile> files, @ForAll Random random) {
        ArtifactManifest manifest = new ArtifactManifest(files);
        String text = manifest.text();
        String cut = text.substring(0, random.nextInt(text.length()));
        ArtifactHash read;
        try {
            read = ArtifactManifest.parse(cut, "test").hash();
        } catch (VitrineException e) {
            return;
        }
        assertThat(read).isNotEqualTo(manifest.hash());
    }

    @Example
    void pathsThatLeaveTheArtefactAreRefused() {
        for (String path :
                List.of("", "/a", "../a", "a/../b", "a//b", "a/", ".", "a\\b", "a\nb", "a\0b")) {
            assertThatThrownBy(() -> new ArtifactFile(path, 1, "0".repeat(64)))
                    .as(path)
                    .isInstanceOf(VitrineException.class);
        }
    }

    @Provide
    Arbitrary<List<ArtifactFile>> files() {
        Arbitrary<String> name =
                Arbitraries.strings().withChars("abc ._é-").ofMinLength(1).ofMaxLength(12);
        Arbitrary<String> path =
                name.filter(n -> !n.equals(".") && !n.equals(".."))
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(3)
                        .map(parts -> String.join("/", parts));
        Arbitrary<String> hash = Arbitraries.strings().withChars("0123456789abcdef").ofLength(64);
        return Combinators.combine(path, Arbitraries.longs().between(0, 1L << 50), hash)
                .as(ArtifactFile::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6)
                .uniqueElements(ArtifactFile::path);
    }
}
