package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.ControlView.Kind;
import dev.vitrine.server.http.Route.Body;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Merchandisers' rules: listed, read, written whole and deleted. */
final class ControlRoutes {
    private static final String ONE = "/v1/controls/{id}";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int MAX_ENTRIES = 500;

    private final ControlsPort controls;

    ControlRoutes(ControlsPort controls) {
        this.controls = controls;
    }

    List<Route> routes() {
        return List.of(
                Route.read(
                        "/v1/controls",
                        Role.OPERATOR,
                        call -> Json.reply(200, controls.list(call.page()))),
                Route.change("POST", "/v1/controls", Role.OPERATOR, Body.COMMAND, this::create),
                Route.read(ONE, Role.OPERATOR, this::get),
                Route.change("PUT", ONE, Role.OPERATOR, Body.COMMAND, this::put),
                Route.change("DELETE", ONE, Role.OPERATOR, Body.NONE, this::delete));
    }

    private Reply create(Call call) {
        ControlView control = read(call.body(), "");
        if (controls.get(control.id()).isPresent()) {
            throw VitrineException.field(
                    ServerError.CONTROL_EXISTS,
                    "id",
                    "there is a control '" + control.id() + "' already; PUT replaces it");
        }
        return Json.reply(201, controls.put(control));
    }

    private Reply get(Call call) {
        String id = call.parameter(0);
        return Json.reply(200, controls.get(id).orElseThrow(() -> unknown(id)));
    }

    private Reply put(Call call) {
        return Json.reply(200, controls.put(read(call.body(), call.parameter(0))));
    }

    private Reply delete(Call call) {
        if (!controls.delete(call.parameter(0))) {
            throw unknown(call.parameter(0));
        }
        return Reply.empty(204);
    }

    private static VitrineException unknown(String id) {
        return VitrineException.field(
                ServerError.CONTROL_NOT_FOUND, "id", "there is no control '" + id + "'");
    }

    private static ControlView read(byte[] body, String id) {
        Fields fields = new Fields(id);
        CommandReader.read(body, fields);
        if (!id.isEmpty() && !fields.id.equals(id)) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "id",
                    "id: is '" + fields.id + "', the path says '" + id + "'");
        }
        if (!ID.matcher(fields.id).matches()) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "id",
                    "id: expected 1 to 64 letters, digits, '-' or '_', found '" + fields.id + "'");
        }
        return new ControlView(
                fields.id,
                fields.kind.orElseThrow(() ->
                        VitrineException.field(
                                ServerError.REQUEST_INVALID,
                                "kind",
                                "kind: is missing; expected " + Fields.KINDS)),
                fields.servingConfigs,
                fields.queries,
                fields.filter,
                fields.itemIds,
                fields.strength,
                fields.position,
                fields.synonyms,
                fields.redirectUri,
                fields.startsAt,
                fields.endsAt,
                fields.enabled);
    }

    private static final class Fields implements CommandReader.Fields {
        private static final String KINDS =
                Arrays.stream(Kind.values())
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        private static final String KNOWN =
                "id, kind, servingConfigs, queries, filter, itemIds, strength, position,"
                        + " synonyms, redirectUri, startsAt, endsAt, enabled";
        private String id;
        private Optional<Kind> kind = Optional.empty();
        private List<String> servingConfigs = List.of();
        private List<String> queries = List.of();
        private String filter = "";
        private List<String> itemIds = List.of();
        private double strength = 0.5;
        private int position = 1;
        private List<String> synonyms = List.of();
        private String redirectUri = "";
        private long startsAt;
        private long endsAt;
        private boolean enabled = true;

        Fields(String id) {
            this.id = id;
        }

        @Override
        public void read(String field, CommandReader in) {
            switch (field) {
                case "id" -> id = in.text(field, 64);
                case "kind" -> kind = Optional.of(kind(field, in));
                case "servingConfigs" -> servingConfigs = in.texts(field, MAX_ENTRIES, 64);
                case "queries" -> queries = in.texts(field, MAX_ENTRIES, CommandReader.MAX_TEXT);
                case "filter" -> filter = in.text(field, 10_000);
                case "itemIds" -> itemIds = in.ids(field, MAX_ENTRIES);
                case "strength" -> strength = in.number(field, 0, 1);
                case "position" -> position = in.whole(field, 1, 100);
                case "synonyms" -> synonyms = in.texts(field, MAX_ENTRIES, 200);
                case "redirectUri" -> redirectUri = link(field, in);
                case "startsAt" -> startsAt = in.time(field);
                case "endsAt" -> endsAt = in.time(field);
                case "enabled" -> enabled = in.flag(field);
                default -> throw in.unknown(field, KNOWN);
            }
        }

        /** A page of the web; a script in disguise would run in every shopper's browser. */
        private static String link(String field, CommandReader in) {
            String link = in.text(field, CommandReader.MAX_TEXT);
            boolean page =
                    link.isEmpty()
                            || link.startsWith("https://")
                            || link.startsWith("http://")
                            || link.startsWith("/") && !link.startsWith("//");
            if (!page) {
                throw in.wrong(field, "an address that begins with https://, http:// or '/'");
            }
            return link;
        }

        private static Kind kind(String field, CommandReader in) {
            String name = in.text(field, 32);
            for (Kind kind : Kind.values()) {
                if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return kind;
                }
            }
            throw in.wrong(field, "one of " + KINDS);
        }
    }
}
