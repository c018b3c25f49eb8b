package dev.vitrine.server.http;

import dev.vitrine.data.intake.EventJson;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.http.Route.Body;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The rights of people over their data, and the jobs that carry them out. */
final class UserRoutes {
    private final UsersPort users;
    private final JobsPort jobs;

    UserRoutes(UsersPort users, JobsPort jobs) {
        this.users = users;
        this.jobs = jobs;
    }

    List<Route> routes() {
        return List.of(
                Route.change("DELETE", "/v1/users/{id}", Role.ADMIN, Body.NONE, this::erase),
                Route.read("/v1/users/{id}:export", Role.ADMIN, this::export),
                Route.read(
                        "/v1/jobs", Role.OPERATOR, call -> Json.reply(200, Page.of(jobs.jobs()))),
                Route.read("/v1/jobs/{id}", Role.OPERATOR, this::job));
    }

    private Reply erase(Call call) {
        String id = known(call);
        return Json.reply(202, users.erase(id));
    }

    private Reply export(Call call) {
        String id = known(call);
        return new Reply.Stream(200, Reply.JSON_LINES, out -> export(id, out), Map.of());
    }

    private void export(String id, OutputStream out) throws IOException {
        try {
            users.export(
                    id,
                    event -> {
                        try {
                            out.write(EventJson.write(event));
                            out.write('\n');
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private String known(Call call) {
        String id = call.parameter(0);
        if (!users.knows(id)) {
            throw VitrineException.field(
                    ServerError.USER_NOT_FOUND, "id", "nothing is known about '" + id + "'");
        }
        return id;
    }

    private Reply job(Call call) {
        String id = call.parameter(0);
        return Json.reply(
                200,
                jobs.job(id)
                        .orElseThrow(() ->
                                VitrineException.field(
                                        ServerError.JOB_NOT_FOUND,
                                        "id",
                                        "there is no job '" + id + "'")));
    }
}
