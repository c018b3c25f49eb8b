package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlineShoppersTest {
    private static final String YES =
            "0,0,0,0,1,0,0.2,0.2,0,0,Feb,1,1,1,1,Returning_Visitor,FALSE,TRUE\n";
    private static final String NO = "0,0,0,0,2,64,0,0.1,0,0,May,2,2,1,2,New_Visitor,TRUE,false\n";

    @TempDir private Path folder;

    private void write(String text) throws IOException {
        Path file = folder.resolve("online_shoppers_intention.csv.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void assertFails(String... words) {
        assertThatThrownBy(() -> OnlineShoppers.read(folder))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(DataError.FILE_MALFORMED))
                .hasMessageContainingAll(words);
    }

    @Test
    void readsLabels() throws IOException {
        write((YES + NO).repeat(10));
        TablePrediction table = OnlineShoppers.read(folder).table(1);
        assertThat(table.rows().rows()).isEqualTo(20);
        int positives = 0;
        for (float label : table.rows().labels()) {
            positives += label > 0 ? 1 : 0;
        }
        assertThat(positives).isEqualTo(10);
    }

    @Test
    void namesThePlaceOfWhatItCannotRead() throws IOException {
        String header = "Administrative,b,c,d,e,f,g,h,i,j,Month,l,m,n,o,Visitor,Weekend,Revenue\n";
        write(header + YES.repeat(3));
        assertFails("line 1: ", "column 1", "'Administrative'", "no header");
        write(YES + NO.replace("false", "Yes") + YES);
        assertFails("line 2: ", "column 18", "TRUE or FALSE", "'Yes'");
        write(YES + NO.replace("64", "NaN"));
        assertFails("line 2: ", "column 6", "'NaN'");
        write("");
        assertFails("no session");
    }
}
