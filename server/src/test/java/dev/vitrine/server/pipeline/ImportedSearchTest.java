package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.RandomEncoder;
import dev.vitrine.server.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A shop that searches by an encoder that was imported. Its weights are random, but its tokenizer
 * reads nicknames as the names of kinds, so that it knows what they mean.
 */
class ImportedSearchTest {
    private static final String NAME = "brought";

    @TempDir private Path folder;

    /** A graph with its tokenizer and configuration, as an import stores them. */
    private void register(Home home) throws IOException {
        List<String> words = new ArrayList<>(NicknameShop.KINDS);
        words.addAll(List.of("red", "blue", "green", "black", "white"));
        Path directory = folder.resolve("encoder");
        RandomEncoder.write(
                directory,
                RandomEncoder.config(
                        EncoderConfig.Kind.BERT, RandomEncoder.vocabulary(words).size()),
                words,
                3);
        Path tokenizer = directory.resolve(EncoderDirectory.TOKENIZER);
        String json = Files.readString(tokenizer);
        int at = json.indexOf("\"normalizer\":") + "\"normalizer\":".length();
        int end = json.indexOf('}', at) + 1;
        StringBuilder normalizers = new StringBuilder(json.substring(at, end));
        for (int kind = 0; kind < NicknameShop.KINDS.size(); kind++) {
            normalizers
                    .append(",{\"type\":\"Replace\",\"pattern\":{\"String\":\"")
                    .append(NicknameShop.NICKNAMES.get(kind))
                    .append("\"},\"content\":\"")
                    .append(NicknameShop.KINDS.get(kind))
                    .append("\"}");
        }
        Files.writeString(
                tokenizer,
                json.substring(0, at)
                        + "{\"type\":\"Sequence\",\"normalizers\":["
                        + normalizers
                        + "]}"
                        + json.substring(end));
        EncoderDirectory encoder = EncoderDirectory.read(directory);
        LoadedEncoder.writeGraph(encoder, directory.resolve(EncoderDirectory.ONNX));
        Files.delete(directory.resolve(EncoderDirectory.SAFETENSORS));
        Files.writeString(
                directory.resolve(EncoderDirectory.LENGTH),
                "{\"max_seq_length\": " + encoder.longest() + "}");
        try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactHash hash = ArtifactStore.open(home.artifacts()).put(directory);
            releases.register(
                    new ModelManifest(
                            NAME,
                            "imported",
                            hash,
                            "",
                            "",
                            Map.of(),
                            Map.of(),
                            List.of(),
                            Instant.EPOCH,
                            "test"));
        }
    }

    private static List<String> ids(TrainedShop trained, TopItems found) {
        List<String> ids = new ArrayList<>();
        for (int place = 0; place < found.size(); place++) {
            ids.add(trained.shop().catalog().idOf(found.item(place)));
        }
        return ids;
    }

    @Test
    void whatItKnowsIsFoundAndSoIsWhatComesLater() throws Exception {
        try (TrainedShop trained =
                TrainedShop.of(
                        folder,
                        NicknameShop.products(),
                        NicknameShop.events(2_500, .7),
                        NicknameShop.END,
                        NAME,
                        this::register)) {
            ReleaseManifest manifest = trained.release().manifest();
            assertThat(manifest.leftOut()).doesNotContainKey(ModelSet.ENCODER);
            ModelVersion model = Objects.requireNonNull(manifest.models().get(ModelSet.ENCODER));
            assertThat(model.manifest().parameters()).containsEntry("imported", NAME);
            trained.serving((release, recommender) -> {
                String nickname = NicknameShop.NICKNAMES.get(5);
                String kind = NicknameShop.KINDS.get(5);
                trained.shop()
                        .upsert(
                                List.of(
                                        Product.builder("fresh").title(kind).build(),
                                        Product.builder("other").title("red").build()));
                List<String> found =
                        ids(
                                trained,
                                release.meaning().orElseThrow().search(nickname).orElseThrow());
                assertThat(found.getFirst()).isEqualTo("fresh");
            });
        }
    }

    @Test
    void aNameThatNobodyImportedLeavesSearchToWords() throws Exception {
        try (TrainedShop trained =
                TrainedShop.of(
                        folder,
                        NicknameShop.products().subList(0, 40),
                        List.of(),
                        NicknameShop.END,
                        "missing",
                        home -> {})) {
            assertThat(trained.release().manifest().leftOut().get(ModelSet.ENCODER))
                    .contains("no encoder 'missing'");
        }
    }
}
