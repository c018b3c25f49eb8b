package dev.vitrine.server.http;

import dev.vitrine.data.DataError;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.intake.EventJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import dev.vitrine.server.telemetry.RequestRing.Group;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/** Takes in what shoppers do. */
final class EventRoutes {
    private static final Set<String> FORMATS =
            Set.of("vitrine", "google", "personalize", "ga4", "ubi");

    private final EventsPort events;

    EventRoutes(EventsPort events) {
        this.events = events;
    }

    List<Route> routes() {
        return List.of(
                Route.shop("POST", "/v1/userEvents:write", Body.COMMAND, Group.EVENTS, this::write),
                Route.change(
                        "POST",
                        "/v1/userEvents:import",
                        Role.OPERATOR,
                        Body.STREAM,
                        this::importStream));
    }

    /** One event: refused with its error. A list: what is wrong in it does not stop the others. */
    private Reply write(Call call) {
        byte[] body = call.body();
        if (first(body) != '[') {
            List<EventsPort.Rejection> refused = events.write(List.of(read(body)));
            if (!refused.isEmpty()) {
                EventsPort.Rejection why = refused.getFirst();
                throw VitrineException.field(DataError.EVENT_INVALID, why.field(), why.message());
            }
            return Json.reply(200, json -> written(json, 1, List.of()));
        }
        Batch batch = new Batch(events);
        JsonRecords.split(body, batch);
        if (!batch.events.isEmpty()) {
            for (EventsPort.Rejection refused : events.write(batch.events)) {
                batch.rejections.add(
                        new EventsPort.Rejection(
                                batch.places.get(refused.index()),
                                refused.code(),
                                refused.message(),
                                refused.field()));
            }
        }
        batch.rejections.sort(Comparator.comparingInt(EventsPort.Rejection::index));
        int accepted = batch.count - batch.rejections.size();
        return Json.reply(200, json -> written(json, accepted, batch.rejections));
    }

    private Event read(byte[] body) {
        try {
            return EventJson.read(body);
        } catch (VitrineException e) {
            events.unread(e);
            throw e;
        }
    }

    private static byte first(byte[] body) {
        for (byte b : body) {
            if (b > ' ') {
                return b;
            }
        }
        return ' ';
    }

    /** The sound events of a list, with their places, and the others with their faults. */
    private static final class Batch implements JsonRecords.Each {
        private final EventsPort port;
        private final List<Event> events = new ArrayList<>();
        private final List<Integer> places = new ArrayList<>();
        private final List<EventsPort.Rejection> rejections = new ArrayList<>();
        private int count;

        Batch(EventsPort port) {
            this.port = port;
        }

        @Override
        public void record(long place, byte[] bytes, int from, int length) {
            if (++count > EventsPort.MAX_BATCH) {
                throw new VitrineException(
                        ServerError.REQUEST_INVALID,
                        "at most "
                                + EventsPort.MAX_BATCH
                                + " events in one call; /v1/userEvents:import takes any number");
            }
            try {
                events.add(EventJson.read(bytes, from, length));
                places.add(count - 1);
            } catch (VitrineException e) {
                port.unread(e);
                rejections.add(
                        new EventsPort.Rejection(
                                count - 1,
                                e.code().name(),
                                String.valueOf(e.getMessage()),
                                e.field().orElse("")));
            }
        }

        @Override
        public void tooLong(long place) {
            throw new VitrineException(
                    ServerError.REQUEST_INVALID,
                    "event " + place + " is longer than " + JsonRecords.MAX_RECORD + " bytes");
        }
    }

    private static void written(
            JsonGenerator json, int accepted, List<EventsPort.Rejection> rejections) {
        json.writeStartObject();
        json.writeNumberProperty("accepted", accepted);
        json.writeArrayPropertyStart("rejected");
        for (EventsPort.Rejection rejection : rejections) {
            json.writeStartObject();
            json.writeNumberProperty("index", rejection.index());
            json.writeStringProperty("code", rejection.code());
            json.writeStringProperty("reason", rejection.message());
            if (!rejection.field().isEmpty()) {
                json.writeStringProperty("field", rejection.field());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private Reply importStream(Call call) {
        String format = call.query("format").isEmpty() ? "vitrine" : call.query("format");
        if (!FORMATS.contains(format)) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "format",
                    "format: expected vitrine, google, personalize, ga4 or ubi, found '"
                            + format.substring(0, Math.min(40, format.length()))
                            + "'");
        }
        return Json.reply(200, events.importStream(format, call.stream()));
    }
}
