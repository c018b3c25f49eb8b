package dev.vitrine.server.http;

import dev.vitrine.server.telemetry.Telemetry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Every route of the server, in one list. */
final class Routes {
    private Routes() {}

    static List<Route> all(Ports ports, Telemetry telemetry, LongSupplier nanoClock) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new ShopRoutes(ports.shop(), nanoClock).routes());
        routes.addAll(new EventRoutes(ports.events()).routes());
        routes.addAll(new ProductRoutes(ports.products()).routes());
        routes.addAll(new UserRoutes(ports.users(), ports.jobs()).routes());
        routes.addAll(new OperationRoutes(ports).routes());
        routes.addAll(new QualityRoutes(ports.quality()).routes());
        routes.addAll(new RolloutRoutes(ports.rollouts()).routes());
        routes.addAll(new ExperimentRoutes(ports.experiments()).routes());
        routes.addAll(new AuditRoutes(ports.audit()).routes());
        routes.addAll(new InferenceRoutes(ports.inference(), telemetry).routes());
        routes.addAll(new PredictRoutes(ports.inference()).routes());
        routes.addAll(new SystemRoutes(telemetry).routes());
        return List.copyOf(routes);
    }
}
