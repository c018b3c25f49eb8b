package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads Parquet, row group by row group. The reader is Apache's own, without Hadoop; see
 * docs/decisions/004-parquet-reader.md.
 */
final class ParquetRows {
    /** A row group is held in memory, so one that claims more is refused. */
    private static final long LARGEST_GROUP = 1L << 30;

    private ParquetRows() {}

    /**
     * @param name what messages call the file
     */
    static void read(Path path, String name, Row.Sink sink) {
        long row = 0;
        try (ParquetFileReader file = open(path)) {
            MessageType schema = file.getFileMetaData().getSchema();
            sink.columns(schema.getFields().stream().map(Type::getName).toList());
            checkGroups(name, file.getFooter().getBlocks());
            MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
            PageReadStore pages;
            while ((pages = file.readNextRowGroup()) != null) {
                RecordReader<Group> records =
                        columns.getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    Group group = records.read();
                    row++;
                    sink.row(new Row(new Origin(name, row), ParquetValues.fields(group)));
                }
            }
        } catch (VitrineException | ColumnCheck.Enough e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The library reports damaged files with whatever its decoder ran into.
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    name + " is not readable Parquet, after row " + row + ": " + cause(e),
                    e);
        }
    }

    private static ParquetFileReader open(Path path) throws IOException {
        ParquetReadOptions options =
                new ParquetReadOptions.Builder(new PlainParquetConfiguration())
                        .usePageChecksumVerification()
                        .build();
        return ParquetFileReader.open(new LocalInputFile(path), options);
    }

    private static void checkGroups(String name, List<BlockMetaData> groups) {
        for (int i = 0; i < groups.size(); i++) {
            long size = groups.get(i).getTotalByteSize();
            if (size > LARGEST_GROUP || size < 0) {
                throw new VitrineException(
                        DataError.FILE_MALFORMED,
                        name
                                + " has a row group ("
                                + (i + 1)
                                + ") of "
                                + size
                                + " bytes, at most "
                                + LARGEST_GROUP
                                + " are read");
            }
        }
    }

    private static String cause(Throwable e) {
        String message = String.valueOf(e.getMessage());
        return e.getClass().getSimpleName() + ": " + message.lines().findFirst().orElse("");
    }
}
