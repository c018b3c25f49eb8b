package dev.vitrine.server.http;

import dev.vitrine.server.telemetry.RequestRing;
import dev.vitrine.server.telemetry.RouteMeter;
import dev.vitrine.server.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the route of a request. Paths without parameters are found by name, others in turn. */
final class RouteTable {
    /** What there is under a path. */
    sealed interface Match {
        /** A route, with the raw values of its path's parameters. */
        record Found(Route route, RouteMeter meter, List<String> parameters) implements Match {}

        /** The path exists for other methods. */
        record WrongMethod(String allow) implements Match {}

        /** Nothing. */
        record Nothing() implements Match {}
    }

    private record Entry(Route route, RouteMeter meter) {}

    private final Map<String, List<Entry>> literal = new HashMap<>();
    private final List<Entry> templates = new ArrayList<>();
    private final RouteMeter unknown;

    RouteTable(List<Route> routes, Telemetry telemetry) {
        for (Route route : routes) {
            Entry entry =
                    new Entry(
                            route,
                            new RouteMeter(
                                    telemetry, route.method(), route.path().text(), route.group()));
            if (route.path().text().indexOf('{') < 0) {
                literal.computeIfAbsent(route.path().text(), path -> new ArrayList<>()).add(entry);
            } else {
                templates.add(entry);
            }
        }
        templates.sort(
                Comparator.comparingInt((Entry e) -> e.route().path().precedence()).reversed());
        unknown = new RouteMeter(telemetry, "any", "unknown", RequestRing.Group.OTHER);
    }

    /** Where requests are counted that have no route. */
    RouteMeter unknown() {
        return unknown;
    }

    /**
     * @param rawPath begins with a slash, still percent-encoded
     */
    Match find(String method, String rawPath) {
        String wanted = method.equals("HEAD") ? "GET" : method;
        List<Entry> named = literal.get(rawPath);
        if (named != null) {
            for (Entry entry : named) {
                if (entry.route().method().equals(wanted)) {
                    return new Match.Found(entry.route(), entry.meter(), List.of());
                }
            }
        }
        List<String> segments = PathTemplate.split(rawPath);
        TreeSet<String> others = new TreeSet<>();
        if (named != null) {
            named.forEach(entry -> others.add(entry.route().method()));
        }
        String taken = named == null ? "" : rawPath;
        for (Entry entry : templates) {
            PathTemplate path = entry.route().path();
            if (!taken.isEmpty() && !path.text().equals(taken)) {
                continue;
            }
            Optional<List<String>> values = path.match(segments);
            if (values.isEmpty()) {
                continue;
            }
            taken = path.text();
            if (entry.route().method().equals(wanted)) {
                return new Match.Found(entry.route(), entry.meter(), values.get());
            }
            others.add(entry.route().method());
        }
        if (others.isEmpty()) {
            return new Match.Nothing();
        }
        if (others.contains("GET")) {
            others.add("HEAD");
        }
        others.add("OPTIONS");
        return new Match.WrongMethod(others.stream().collect(Collectors.joining(", ")));
    }
}
