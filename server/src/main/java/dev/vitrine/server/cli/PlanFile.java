package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What somebody wrote down in YAML or JSON for a server to do. */
final class PlanFile {
    /** Reads JSON too. */
    private static final YAMLMapper YAML = new YAMLMapper();

    private PlanFile() {}

    /**
     * Reads the text of a file.
     *
     * @throws VitrineException USAGE where it has no keys with values
     */
    static ObjectNode parse(String text, Path file) {
        JsonNode tree;
        try {
            tree = YAML.readTree(text);
        } catch (JacksonException e) {
            throw new VitrineException(
                    ServerError.USAGE, file + " cannot be read: " + e.getOriginalMessage(), e);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new VitrineException(ServerError.USAGE, file + " is no plan: expected keys");
    }
}
