package dev.vitrine.server.wiring;

import dev.vitrine.server.http.WatchPort.AlertView;
import dev.vitrine.server.signing.CertificateEnd;
import dev.vitrine.server.signing.HomeKeys;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Tells before the certificates end by which signatures of releases count, and after. */
public record CertificateAlerts(HomeKeys keys, InstantSource clock) {
    /** One for each certificate that has ended or ends within 30 days. */
    public List<AlertView> alerts() {
        Instant now = clock.instant();
        return keys.ending(now).stream().map(end -> alert(end, now)).toList();
    }

    private static AlertView alert(CertificateEnd end, Instant now) {
        return now.isBefore(end.at())
                ? new AlertView(
                        "signing-certificate-ends",
                        "warning",
                        end.warnAt().toEpochMilli(),
                        end.words())
                : new AlertView(
                        "signing-certificate-ended",
                        "critical",
                        end.at().toEpochMilli(),
                        end.words());
    }
}
