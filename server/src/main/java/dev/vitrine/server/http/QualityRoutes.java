package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import dev.vitrine.server.watch.Evaluation;
import java.util.List;
import java.util.Optional;

/** Shows evaluations of the live release, and asks for one. */
final class QualityRoutes {
    private static final String PATH = "/v1/quality";
    private static final int LONGEST_NUMBER = 18;

    private final QualityPort quality;

    QualityRoutes(QualityPort quality) {
        this.quality = quality;
    }

    List<Route> routes() {
        return List.of(
                Route.read(PATH, Role.OPERATOR, call -> Json.reply(200, quality.status())),
                Route.change(
                        "POST",
                        PATH + ":evaluate",
                        Role.OPERATOR,
                        Body.NONE,
                        call -> Json.reply(202, quality.evaluate(call.caller().name()))),
                Route.read(
                        PATH + "/evaluations",
                        Role.OPERATOR,
                        call -> Json.reply(200, quality.list(call.page()))),
                Route.read(PATH + "/evaluations/{number}", Role.OPERATOR, this::one));
    }

    private Reply one(Call call) {
        return Json.reply(
                200,
                find(call.parameter(0))
                        .orElseThrow(() ->
                                VitrineException.field(
                                        ServerError.EVALUATION_NOT_FOUND,
                                        "number",
                                        "there is no evaluation '" + call.parameter(0) + "'")));
    }

    private Optional<Evaluation> find(String number) {
        boolean digits =
                !number.isEmpty()
                        && number.length() <= LONGEST_NUMBER
                        && number.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? quality.get(Long.parseLong(number)) : Optional.empty();
    }
}
