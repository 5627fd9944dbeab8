// For children of the suite: they end with the process that started them, however that ended, because their input closes then.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume().unref();
