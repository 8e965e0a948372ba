package dev.bourse.host.wasi;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** An operation on a file that was refused or failed. */
final class FileException extends Exception {
  private static final long serialVersionUID = 1;

  private final ErrorCode code;

  FileException(ErrorCode code) {
    super(code.toString(), null, false, false);
    this.code = code;
  }

  ErrorCode code() {
    return code;
  }

  static FileException of(IOException e) {
    return new FileException(
        switch (e) {
          case NoSuchFileException _ -> ErrorCode.NO_ENTRY;
          case FileNotFoundException _ -> ErrorCode.NO_ENTRY;
          case FileAlreadyExistsException _ -> ErrorCode.EXIST;
          case DirectoryNotEmptyException _ -> ErrorCode.NOT_EMPTY;
          case NotDirectoryException _ -> ErrorCode.NOT_DIRECTORY;
          case AccessDeniedException _ -> ErrorCode.ACCESS;
          case NotLinkException _ -> ErrorCode.INVALID;
          case FileSystemLoopException _ -> ErrorCode.LOOP;
          default -> ErrorCode.IO;
        });
  }
}
