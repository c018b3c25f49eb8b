package dev.vitrine.inference.tensor;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a model takes and gives. */
public record Signature(List<Port> inputs, List<Port> outputs) {
    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Optional<Port> output(String name) {
        return find(outputs, name);
    }

    /**
     * Checks what a request brings.
     *
     * @return the sizes that the request chose, by the names of dimensions
     * @throws VitrineException INPUT_INVALID, saying which input and what was expected
     */
    public Map<String, Long> check(Map<String, Tensor> given) {
        Map<String, Long> chosen = new HashMap<>();
        for (Port port : inputs) {
            Tensor tensor = given.get(port.name());
            if (tensor == null) {
                throw invalid(
                        port.name(),
                        "input '"
                                + port.name()
                                + "' is missing; expected "
                                + describe(port)
                                + (given.isEmpty() ? "" : ", found inputs " + given.keySet()));
            }
            check(port, tensor, chosen);
        }
        if (given.size() != inputs.size()) {
            for (String name : given.keySet()) {
                if (inputs.stream().noneMatch(port -> port.name().equals(name))) {
                    throw invalid(
                            name,
                            "the model has no input '" + name + "'; its inputs are " + names());
                }
            }
        }
        return chosen;
    }

    /** Why a model with this signature cannot answer for one with another; empty where it can. */
    public Optional<String> cannotReplace(Signature other) {
        for (Port asked : other.inputs) {
            Optional<Port> here = find(inputs, asked.name());
            if (here.isEmpty() || !takes(here.get(), asked)) {
                return Optional.of(differs("input", here, asked));
            }
        }
        for (Port here : inputs) {
            if (find(other.inputs, here.name()).isEmpty()) {
                return Optional.of("it needs the input '" + here.name() + "' too");
            }
        }
        for (Port asked : other.outputs) {
            Optional<Port> here = output(asked.name());
            if (here.isEmpty() || !takes(asked, here.get())) {
                return Optional.of(differs("output", here, asked));
            }
        }
        return Optional.empty();
    }

    private static String differs(String kind, Optional<Port> here, Port asked) {
        return kind
                + " '"
                + asked.name()
                + "' is "
                + here.map(Signature::describe).orElse("missing")
                + ", expected "
                + describe(asked);
    }

    private static Optional<Port> find(List<Port> ports, String name) {
        return ports.stream().filter(port -> port.name().equals(name)).findFirst();
    }

    /** Whether all that one port may bring fits another, or might where its sizes are open. */
    private static boolean takes(Port port, Port given) {
        boolean fits =
                port.type() == given.type()
                        && port.dimensions().size() == given.dimensions().size();
        for (int d = 0; fits && d < port.dimensions().size(); d++) {
            Port.Dimension expected = port.dimensions().get(d);
            fits = expected.isOpen() || expected.size() == given.dimensions().get(d).size();
        }
        return fits;
    }

    private static void check(Port port, Tensor tensor, Map<String, Long> chosen) {
        if (tensor.type() != port.type()) {
            throw invalid(
                    port.name(),
                    "input '"
                            + port.name()
                            + "' is "
                            + tensor.type()
                            + ", expected "
                            + describe(port));
        }
        List<Port.Dimension> dimensions = port.dimensions();
        boolean fits = tensor.dimensions() == dimensions.size();
        for (int d = 0; fits && d < dimensions.size(); d++) {
            Port.Dimension dimension = dimensions.get(d);
            if (!dimension.isOpen()) {
                fits = tensor.size(d) == dimension.size();
            } else if (!dimension.name().isEmpty()) {
                Long before = chosen.putIfAbsent(dimension.name(), tensor.size(d));
                if (before != null && before != tensor.size(d)) {
                    throw invalid(
                            port.name(),
                            "dimension '"
                                    + dimension.name()
                                    + "' of input '"
                                    + port.name()
                                    + "' is "
                                    + tensor.size(d)
                                    + ", but "
                                    + before
                                    + " in another input");
                }
            }
        }
        if (!fits) {
            throw invalid(
                    port.name(),
                    "input '"
                            + port.name()
                            + "' has the shape "
                            + java.util.Arrays.toString(tensor.shape())
                            + ", expected "
                            + describe(port));
        }
    }

    private String names() {
        return inputs.stream().map(Port::name).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String describe(Port port) {
        return port.type() + " of shape " + port.dimensions();
    }

    private static VitrineException invalid(String input, String message) {
        return VitrineException.field(InferenceError.INPUT_INVALID, input, message);
    }
}
